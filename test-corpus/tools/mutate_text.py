"""Text-level mutations of C and C++ sources: where faults can be seeded, and which edits keep the meaning.

Everything works on one file's text. A seeded fault never changes the number of lines, so that findings before and after it
can be compared by line. Whether a mutant still compiles is for the caller to ask the compiler.
"""
import bisect
import dataclasses
import re

import mutate_validity

BEGIN = re.compile(r"\b(?:\w*BEGIN_ALLOW_THREADS\w*|ImagingSectionEnter)\b(?P<args>\s*\([^()]*\))?")
END = re.compile(r"\b(?:\w*END_ALLOW_THREADS\w*|ImagingSectionLeave)\b(?P<args>\s*\([^()]*\))?")
SAVE = re.compile(r"\bPyEval_SaveThread\s*\(\s*\)")
RESTORE = re.compile(r"\bPyEval_RestoreThread\s*\(")
BLOCK = re.compile(r"\bPy_BLOCK_THREADS\b")
UNBLOCK = re.compile(r"\bPy_UNBLOCK_THREADS\b")
ENSURE = re.compile(r"\bPyGILState_Ensure\s*\(\s*\)")
RELEASE = re.compile(r"\bPyGILState_Release\s*\(")
SCOPED_RELEASE = re.compile(r"\b(?:\w+::)*gil_scoped_release\s+\w+\s*(?:\(\s*\)|\{\s*\})?\s*;")
# Macros of the packages that run their argument detached.
DETACHED_ARGUMENT = re.compile(r"\bPYSQLITE_\w*CALL\s*\(")
# What needs an attached thread state whatever its arguments are.
API = re.compile(r"^(?:[\w.>\[\]-]+\s*=\s*)?\(?(?:Py_BuildValue|PyErr_(?:Set|Format|No|Print|Clear|Write)\w*|PyObject_\w+|PyList_\w+|"
                 r"PyDict_\w+|Py(?:Long|Float|Bytes|Unicode|Bool)_From\w+|PyUnicode_Decode\w*|PyTuple_(?:New|Pack)|"
                 r"_?PyBytes_Resize|PyBuffer_Release)\s*\(")
# Not the X variants and Py_CLEAR: on a pointer that is null there they do nothing, and the move would be no fault.
REFCOUNT = re.compile(r"^Py_(?:DECREF|INCREF)\s*\(")

# How far from the seeded line, in lines of code, a finding or a note of it may be.
NEAR = 3
# Files with more directives than this are generated; a function of theirs does not stand alone.
MOST_DIRECTIVES = 1000


def mask(text):
    """The text with comments and literals blanked, so that patterns meet code only."""
    def blank(match):
        piece = match[0]
        if piece[0] in "\"'":
            return piece[0] + re.sub(r"[^\n]", "_", piece[1:-1]) + piece[-1]
        return re.sub(r"[^\n]", " ", piece)
    return re.sub(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", blank, text, flags=re.S)


@dataclasses.dataclass
class Mutant:
    kind: str
    line: int               # where the edit is
    anchors: frozenset      # lines at which a finding counts as "at the seeded place"
    edits: tuple            # (offset, end, replacement), in one file
    append: str = ""        # behind the file's end
    new_file: str = ""      # content of a file that the program gets in addition
    fallback: tuple = ()    # edits to try where the first do not compile
    what: str = ""


class Source:
    """One file: its masked text, line starts, directive lines and function extents."""

    def __init__(self, text):
        self.text, self.masked = text, mask(text)
        self.starts = [0] + [match.end() for match in re.finditer("\n", text)]
        self.directive = set()
        continued = False
        for number, line in enumerate(self.masked.split("\n"), 1):
            if continued or line.lstrip().startswith("#"):
                self.directive.add(number)
                continued = line.rstrip().endswith("\\")
        self.functions = list(self._functions())
        self._words = self._code = None

    def occurrences(self, word):
        """Offsets of an identifier."""
        if self._words is None:
            self._words = {}
            for match in re.finditer(r"[A-Za-z_]\w*", self.masked):
                self._words.setdefault(match[0], []).append(match.start())
        return self._words.get(word, [])

    def is_generated(self, function):
        """Cython's own helpers, of which gilray says nothing."""
        return "__Pyx_" in self.masked[function[0]:function[1]]

    def line(self, offset):
        return bisect.bisect_right(self.starts, offset)

    def around(self, line, reach):
        """The lines at most `reach` lines of code away; blank lines, comments and lone braces do not count."""
        near, lines = {line}, self.code_lines()
        for step in (-1, 1):
            at, left = line, reach
            while left and 1 <= at + step <= len(lines):
                at += step
                near.add(at)
                left -= lines[at - 1]
        return near

    def code_lines(self):
        if self._code is None:
            self._code = [bool(line.strip(" \t{};")) for line in self.masked.split("\n")]
        return self._code

    def _functions(self):
        """(start of the header, body start, body end): definitions at the outermost level, or one namespace deep."""
        for match in re.finditer(r"\)(?:\s*(?:const|noexcept|override|try))*\s*\{", self.masked):
            brace = match.end() - 1
            indent_at = self.masked.rfind("\n", 0, brace) + 1
            header = self._header(match.start())
            if header is None or self.line(brace) in self.directive:
                continue
            # The closing brace stands at the column of the header's first line, as every formatter puts it.
            column = re.compile(r"[ \t]*").match(self.masked, header)[0]
            end = re.compile(r"^" + re.escape(column) + r"\}", re.M).search(self.masked, max(brace, indent_at))
            if end:
                yield header, brace, end.start() + len(column)

    def _header(self, parenthesis):
        """Start of the line on which the declaration that ends at this parenthesis begins; None if it is no definition."""
        depth, at = 0, parenthesis
        while at >= 0:
            depth += {")": 1, "(": -1}.get(self.masked[at], 0)
            if depth == 0:
                break
            at -= 1
        before = re.search(r"(?P<name>[A-Za-z_]\w*)\s*$", self.masked[max(0, at - 200):at])
        if not before or before["name"] in ("if", "while", "for", "switch", "catch", "return", "sizeof"):
            return None
        start = self.masked.rfind("\n", 0, at) + 1
        first = self.masked[start:at]
        if first[:1].isspace():
            return None
        # "static PyObject *" may stand on a line of its own.
        previous = self.masked.rfind("\n", 0, max(start - 1, 0)) + 1
        upper = self.masked[previous:start].strip()
        if len(first.split("(")[0].split()) == 1 and re.fullmatch(r"[\w\s*:<>,]+", upper or "#"):
            start = previous
        return start

    def function_at(self, offset):
        return next((extent for extent in self.functions if extent[1] < offset < extent[2]), None)

    def matches(self, pattern, low=0, high=None):
        for match in pattern.finditer(self.masked, low, len(self.masked) if high is None else high):
            if self.line(match.start()) not in self.directive:
                yield match


def return_text(source, function):
    header = source.masked[function[0]:function[1]]
    words = header.split("(")[0]
    if re.search(r"\bvoid\b[^*]*$", words):
        return "return;"
    if "*" in words or "PyMODINIT_FUNC" in words:
        return "return NULL;"
    return "return 0;"


def regions(source):
    """(function, begin match, end match or None, kind) of every textual released region."""
    for function in source.functions:
        low, high = function[1], function[2]
        for begin_pattern, end_pattern, kind in ((BEGIN, END, "macro"), (SAVE, RESTORE, "call")):
            ends = list(source.matches(end_pattern, low, high))
            begins = list(source.matches(begin_pattern, low, high))
            for index, begin in enumerate(begins):
                limit = begins[index + 1].start() if index + 1 < len(begins) else high
                end = next((match for match in ends if begin.end() <= match.start() < limit), None)
                if end:
                    yield function, begin, end, kind
        for begin in source.matches(SCOPED_RELEASE, low, high):
            yield function, begin, None, "scoped"


def _statement_end(source, offset):
    """Behind the ';' that ends the statement in which offset lies."""
    return source.masked.index(";", offset) + 1


def _ends_statement(before):
    """Whether a new statement may begin behind this code: Python's macros need no ';'."""
    return before[-1:] in (";", "{", "}") or bool(re.search(r"_THREADS$", before))


def _plain_statement(source, low, high, pattern, exclude=r"^$"):
    """Offsets of the first whole-line statement between two offsets that matches and stands at the outer level there."""
    depth = 0
    for number in range(source.line(low) + 1, source.line(high)):
        start, end = source.starts[number - 1], source.starts[number] - 1
        line = source.masked[start:end]
        stripped = line.strip()
        if depth == 0 and stripped.endswith(";") and stripped.count("(") == stripped.count(")") and pattern.match(stripped):
            previous = source.masked[max(0, start - 500):start].rstrip()
            if _ends_statement(previous) and not re.search(exclude, stripped) and number not in source.directive:
                return start, end
        depth += line.count("{") - line.count("}")
        if depth < 0:
            return None
    return None


def insertion_points(source, begin, end, kind):
    """Offsets inside a region at which a statement may be put and is reached detached."""
    if kind == "call":
        after = _statement_end(source, begin.start())
        before = source.masked.rfind("\n", 0, end.start()) + 1
    elif kind == "scoped":
        after, before = begin.end(), None
    else:
        after = begin.end()
        after = re.compile(r"[ \t]*;?").match(source.masked, after).end()
        before = end.start()
    if end is not None and after >= end.start():
        return []
    points = [after]
    if before is not None and before > after:
        inside = source.masked[after:before]
        lead = source.masked[max(0, before - 500):before].rstrip()
        # Behind a block, a jump or a label the end of the region may be reached attached, or not at all.
        if lead[-1:] in ";}" and not BLOCK.search(inside) and not re.search(r"\b(?:goto|return|break|continue)\b|:\s*$", inside):
            points.append(before)
    return points


def seeded_faults(source, name, cxx):
    """All faults that can be seeded into this file. name: a word for made-up identifiers."""
    found = []

    def add(kind, at, edits, anchors=(), **more):
        line = source.line(at)
        near = frozenset().union(*(source.around(anchor, NEAR) for anchor in {line, *anchors}))
        found.append(Mutant(kind, line, near, tuple(edits), **more))

    def insert(kind, at, code, **more):
        add(kind, at, [(at, at, f" {code} ")], **more)

    for function, begin, end, kind in regions(source):
        begin_line = source.line(begin.start())
        if kind == "macro":
            # Python's macros are one half of a block each; the wrappers of some packages are whole statements.
            add("delete-end", end.start(), [(end.start(), end.end(), "}")], [begin_line],
                fallback=((end.start(), end.end(), ";"),))
        elif kind == "call":
            close = source.masked.index(")", end.end())
            add("delete-end", end.start(), [(end.start(), close + 1, "(void)(" + source.text[end.end():close] + ")")], [begin_line])
        for match in source.matches(BLOCK, begin.end(), end.start() if end else function[2]):
            partner = UNBLOCK.search(source.masked, match.end(), function[2])
            add("delete-block", match.start(), [(match.start(), match.end(), "")],
                [source.line(partner.start())] if partner else [], what=f"region from line {begin_line}")
        for at in insertion_points(source, begin, end, kind):
            if end is not None:
                after = end.end()
                moved = _plain_statement(source, after, min(function[2], after + 1200), API)
                if moved:
                    add("move-api-call", at, [(at, at, " " + source.text[moved[0]:moved[1]].strip() + " "), (*moved, "")])
                moved = _plain_statement(source, after, min(function[2], after + 2000), REFCOUNT)
                if moved:
                    add("move-decref", at, [(at, at, " " + source.text[moved[0]:moved[1]].strip() + " "), (*moved, "")])
            insert("move-api-call", at, "PyErr_Clear();")
            parameter = re.search(r"\bPyObject\s*\*\s*(\w+)\s*[,)]", source.masked[function[0]:function[1]])
            if parameter:
                insert("move-decref", at, f"Py_DECREF({parameter[1]});")
            if kind != "scoped":  # where a guard's destructor attaches on the way out, leaving is no fault
                insert("early-return", at, "{ extern int %s_c(void); if (%s_c()) %s }" % (name, name, return_text(source, function)))
            helper = "{ extern void %s_h(int); %s_h(1); }" % (name, name)
            # In C++ the declaration inside a function would name a member of the function's namespace.
            if cxx:
                continue
            body = '\nvoid %s_h(int n) { if (n) PyErr_SetString(PyExc_RuntimeError, "seeded"); }\n' % name
            insert("helper-call", at, helper, append=body)
            insert("helper-call", at, helper, new_file="#include <Python.h>\n" + body, what="helper in another file")
    for match in source.matches(DETACHED_ARGUMENT):
        if source.function_at(match.start()):
            insert("move-api-call", match.end(), "PyErr_Clear();")
    for match in source.matches(RELEASE):
        function = source.function_at(match.start())
        if function and not source.is_generated(function):
            ensures = [source.line(other.start()) for other in source.matches(ENSURE, function[1], function[2])]
            close = source.masked.index(")", match.end())
            if ensures:
                add("delete-release", match.start(),
                    [(match.start(), close + 1, "(void)(" + source.text[match.end():close] + ")")], ensures)
    for match in source.matches(ENSURE):
        function = source.function_at(match.start())
        if function and not source.is_generated(function):
            # What is missing is missing up to the release.
            last = max([source.line(other.start()) for other in source.matches(RELEASE, function[1], function[2])] or [0])
            add("drop-ensure", match.start(), [(match.start(), match.end(), "PyGILState_UNLOCKED")],
                range(source.line(match.start()), last + 1))
    if not cxx:
        mutate_validity.seed(source, add, name, regions, wrong=True)
    return found


# ---- edits that keep the meaning

def refactorings(source, name):
    """Edits after which the program does the same. In wrap-in-macro, SEEDED_WRAP stands for its arguments."""
    found = []

    def add(kind, at, edits, **more):
        found.append(Mutant(kind, source.line(at), frozenset(), tuple(edits), **more))

    def everywhere(word, replacement):
        return [(at, at + len(word), replacement) for at in source.occurrences(word)]

    directives = [(number, line) for number, line in enumerate(source.text.split("\n"), 1) if number in source.directive]
    declared = {}  # offsets of the declarations of static functions
    for match in re.finditer(r"^static\b[^;{}()]*\b(\w+)\s*\([^;{}]*\)\s*;", source.masked, re.M):
        declared.setdefault(match[1], []).append(match.start())
    for function in source.functions:
        header = source.masked[function[0]:function[1]]
        match = re.match(r"static\s[^()]*?\b(\w+)\s*\(", header, re.S)
        if match:
            edits = everywhere(match[1], name + "_renamed")
            # A name that is pasted together or turned into text by a macro would lose its meaning.
            if len(edits) > 1 and "##" not in source.masked:
                add("rename", function[0], edits, what=match[1])
        if match and "inline" not in header.split("(")[0]:
            # The definition goes to a new file behind this file's directives; here a prototype stays.
            definition = source.text[function[0]:function[2] + 1]
            prototype = re.sub(r"^static\s", "", source.text[function[0]:function[1]]).rstrip()
            blank = "\n" * (definition.count("\n") - prototype.count("\n"))
            edits = [(function[0], function[2] + 1, prototype + ";" + blank)]
            edits += [(at, at + len("static"), "") for at in declared.get(match[1], ())]
            if len(source.occurrences(match[1])) > 1 and len(directives) <= MOST_DIRECTIVES:
                start = source.line(function[0])
                add("move-to-file", function[0], edits, what=match[1],
                    new_file="\n".join(line for number, line in directives if number < start)
                    + "\n" + re.sub(r"^static\s", "", definition) + "\n")
    for function, begin, end, kind in regions(source):
        if kind == "call":
            add("extract-helper", begin.start(),
                [(0, 0, "struct _ts *%s_save(void); void %s_restore(struct _ts *);\n" % (name, name)),
                 (begin.start(), begin.end(), name + "_save()"), (end.start(), end.end(), name + "_restore(")],
                what="save and restore", new_file="#include <Python.h>\nPyThreadState *%s_save(void);\nvoid %s_restore(PyThreadState *);\n"
                      "PyThreadState *%s_save(void) { return PyEval_SaveThread(); }\n"
                      "void %s_restore(PyThreadState *state) { PyEval_RestoreThread(state); }\n" % ((name,) * 4))
    for match in re.finditer(r"^[ \t]+((?:PyErr_\w+|Py_X?DECREF|Py_X?INCREF|PyEval_RestoreThread|PyGILState_Release|PyBuffer_Release"
                             r"|PyMem_Free|PyObject_Free)\s*\([^;{}]*\));[ \t]*$", source.masked, re.M):
        at = match.start(1)
        previous = source.masked[max(0, match.start() - 500):match.start()].rstrip()
        if source.line(at) in source.directive or "\n" in match[1] or not _ends_statement(previous) or not source.function_at(at):
            continue
        add("wrap-in-macro", at, [(at, match.end(1), "SEEDED_WRAP(" + source.text[at:match.end(1)] + ")")])
        call = re.fullmatch(r"(Py_X?(?:DEC|INC)REF)\s*\(([\w.>\[\]-]+)\)", source.text[at:match.end(1)])
        literal = re.fullmatch(r"PyErr_\w+\s*\((?:PyExc_\w+(?:,\s*\"[^\"]*\")?)?\)", source.text[at:match.end(1)])
        if call:
            add("extract-helper", at, [(0, 0, "struct _object; void %s_h(struct _object *);\n" % name),
                                       (at, match.end(1), "%s_h((PyObject *)(%s))" % (name, call[2]))],
                new_file="#include <Python.h>\nvoid %s_h(PyObject *);\nvoid %s_h(PyObject *object) { %s(object); }\n" % (name, name, call[1]))
        elif literal:
            add("extract-helper", at, [(0, 0, "void %s_h(void);\n" % name), (at, match.end(1), "%s_h()" % name)],
                new_file="#include <Python.h>\nvoid %s_h(void);\nvoid %s_h(void) { %s; }\n" % (name, name, literal[0]))
    mutate_validity.seed(source, lambda kind, at, edits, _, **more: add(kind, at, edits, **more), name, regions, wrong=False)
    return found


def apply(text, mutant, edits):
    """The mutated text; a fault leaves every line where it was."""
    for start, end, replacement in sorted(edits, reverse=True):
        old = text[start:end]
        missing = old.count("\n") - replacement.count("\n")
        text = text[:start] + replacement + "\n" * max(missing, 0) + text[end:]
    return text + mutant.append
