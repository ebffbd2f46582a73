"""The language of corpus files: one header line and annotations in comments, in plain C and C++ files.

  // corpus: check=gilray-x py=3.9..3.12 variants=gil,nogil lang=c++ std=c++17 flags="-DA -DB" needs=pybind11 severity=note
  a();  // expect: gilray-x                    one finding of that check on this line
  b();  // expect(py>=3.13,nogil): gilray-x "text in the message or a note"
  c();  // ok: gilray-x  why this place, which looks like one, is none
  // expect@+2: gilray-x                       for a line that cannot carry a comment
  d();  // xfail: gilray-x reason              a finding that should be here and is not yet
  e();  // xfail-ok: gilray-x reason           a finding that is here and should not be
  f();  // expect-incomplete: "reason"         the function at this line is reported as not judged

Conditions also name versions of libraries, as needs= does: expect(pybind11>=3), needs=nanobind<3.

This module only reads; run_corpus.py holds findings against what was read.
"""
import dataclasses
import fnmatch
import re
import shlex

SOURCES = (".c", ".cc", ".cpp", ".cxx")
ANNOTATED = SOURCES + (".h", ".hpp", ".inc", ".pyx")
KINDS = ("expect", "ok", "xfail", "xfail-ok", "expect-incomplete")
KEYS = ("check", "py", "variants", "lang", "std", "flags", "needs", "severity", "errors", "gilray")
NEEDS = ("pybind11", "nanobind", "boost", "numpy")
VARIANTS = ("gil", "nogil", "limited")


class CorpusError(Exception):
    """A mistake in a corpus file: always a failure of its test."""


def version(text):
    if not re.fullmatch(r"\d+\.\d+", text):
        raise CorpusError(f"'{text}' is not a Python version such as 3.13")
    return tuple(int(part) for part in text.split("."))


@dataclasses.dataclass(frozen=True)
class Cell:
    """One column of the matrix: which headers, under which view."""
    headers: str            # what the header set calls itself, such as "3.13"
    version: tuple
    variant: str            # gil, nogil, limited
    includes: tuple = ()
    libraries: tuple = ()   # Library of the versions that this cell has

    def __str__(self):
        return " ".join([self.headers + ("" if self.variant == "gil" else "-" + self.variant), *map(str, self.libraries)])


@dataclasses.dataclass(frozen=True)
class Library:
    """One version of a binding library: ("pybind11", (2, 13)). newest: the last Python that its headers compile with."""
    name: str
    version: tuple
    includes: tuple = ()
    newest: tuple = (99, 0)

    def __str__(self):
        return f"{self.name} {'.'.join(map(str, self.version))}"


_OPERATORS = {">=": lambda a, b: a >= b, "<=": lambda a, b: a <= b, "==": lambda a, b: a == b, "<": lambda a, b: a < b,
              ">": lambda a, b: a > b}


def library_term(text):
    """(name, operator, version) of a term such as pybind11>=3; (name, "", ()) of a name alone; None of anything else."""
    match = re.fullmatch(r"([a-z0-9]+?)(?:([><=]=|[<>])(\d+(?:\.\d+)?))?", text)
    if not match or match[1] not in NEEDS:
        return None
    return match[1], match[2] or "", tuple(map(int, match[3].split("."))) if match[3] else ()


def term_holds(term, library):
    """Whether a version fits a term about it; ==3 and <=3 mean 3.anything."""
    _, operator, wanted = term
    return not operator or _OPERATORS[operator](library.version[:len(wanted)], wanted)


@dataclasses.dataclass
class Condition:
    """The part in parentheses: all terms must hold."""
    text: str = ""

    def __post_init__(self):
        self.terms = [term.strip() for term in self.text.split(",") if term.strip()]
        for term in self.terms:
            library = library_term(term)
            if term not in VARIANTS and not (library and library[1]) and not re.fullmatch(r"py(>=|<=|==|<|>)\d+\.\d+", term):
                raise CorpusError(f"unknown condition '{term}': write py>=3.13, gil, nogil, limited or pybind11>=3")

    def holds(self, cell):
        for term in self.terms:
            if term in VARIANTS:
                if cell.variant != term:
                    return False
                continue
            if library := library_term(term):
                if not any(have.name == library[0] and term_holds(library, have) for have in cell.libraries):
                    return False
                continue
            operator, wanted = re.fullmatch(r"py([<>=]+)(.+)", term).groups()
            if not _OPERATORS[operator](cell.version, version(wanted)):
                return False
        return True

    @property
    def asks_libraries(self):
        return any(library_term(term) for term in self.terms)


@dataclasses.dataclass
class Annotation:
    kind: str
    file: str
    line: int               # the line it speaks of
    condition: Condition
    check: str              # may be a glob for ok; empty for expect-incomplete
    text: str = ""          # what the message or a note must contain
    reason: str = ""

    def __str__(self):
        shown = " ".join(part for part in (self.check, f'"{self.text}"' if self.text else "") if part)
        return f"{self.file}:{self.line}: {self.kind}{f'({self.condition.text})' if self.condition.text else ''}: {shown}"


@dataclasses.dataclass
class Header:
    checks: tuple = ()
    low: tuple = (3, 9)
    high: tuple = (99, 0)
    variants: tuple = ("gil", "nogil")
    language: str = ""
    std: str = ""
    flags: tuple = ()
    needs: tuple = ()       # names of libraries
    wanted: tuple = ()      # terms about their versions
    severity: str = "warning"
    errors: bool = False    # the file is meant to have compile errors
    gilray: tuple = ()      # further options of the command, such as --target=3.15t


def parse_header(line):
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise CorpusError(f"header line: {error}") from None
    header = Header()
    for word in words:
        key, equals, value = word.partition("=")
        if key not in KEYS or not equals or not value:
            raise CorpusError(f"unknown part '{word}' in the header line; it knows {', '.join(KEYS)}, each as key=value")
        if key == "check":
            header.checks = tuple(value.split(","))
        elif key == "py":
            low, dots, high = value.partition("..")
            header.low = version(low)
            header.high = (version(high) if high else (99, 0)) if dots else header.low
        elif key == "variants":
            header.variants = tuple(value.split(","))
            for name in header.variants:
                if name not in VARIANTS:
                    raise CorpusError(f"unknown variant '{name}'; there are {', '.join(VARIANTS)}")
        elif key == "lang":
            header.language = value
        elif key == "std":
            header.std = value
        elif key in ("flags", "gilray"):
            setattr(header, key, tuple(value.split()))
        elif key == "needs":
            terms = [library_term(part) or (part, "", ()) for part in value.split(",")]
            header.needs = tuple(name for name, _, _ in terms)
            header.wanted = tuple(term for term in terms if term[1])
            for name in header.needs:
                if name not in NEEDS:
                    raise CorpusError(f"unknown need '{name}'; there are {', '.join(NEEDS)}, and versions such as pybind11>=3")
        elif key == "severity":
            if value not in ("note", "warning", "error"):
                raise CorpusError(f"unknown severity '{value}'")
            header.severity = value
        elif key == "errors":
            if value != "yes":
                raise CorpusError("errors= takes only yes")
            header.errors = True
    return header


_ANNOTATION = re.compile(r"""
    (?P<kind>xfail-ok|expect-incomplete|expect|xfail|ok)
    (?P<offset1>@[+-]\d+)? (?: \((?P<condition>[^)]*)\) )? (?P<offset2>@[+-]\d+)? :\s*
    (?P<check>gilray-[a-z0-9*?-]+)? \s* (?: "(?P<text>[^"]*)" )? (?P<rest>[^\n]*)""", re.VERBOSE)
# What looks like an annotation must be one: a typo may not silently expect nothing.
_SUSPECT = re.compile(r"(?://|/\*|;|--)\s*(expect|xfail|ok)\b[\w-]*\s*[:@(]|\bexpect[\w-]*\s*[@:(].*gilray-")


def parse_annotations(name, source):
    found = []
    for number, line in enumerate(source.split("\n"), 1):
        start = min((line.find(mark) for mark in ("//", "/*") if mark in line), default=-1)
        if start < 0:
            continue
        comment, taken = line[start:], 0
        if re.match(r"/[/*]\s*corpus:", comment):
            continue
        # Several annotations may share a comment, each starting at // or ;.
        for part in re.split(r"(?://|/\*|;)\s*(?=(?:expect|xfail|ok)[\w-]*[@(:])", comment)[1:]:
            match = _ANNOTATION.match(part)
            if not match:
                raise CorpusError(f"{name}:{number}: cannot read the annotation '{part.strip()}'")
            taken += 1
            kind, check, text = match["kind"], match["check"] or "", match["text"] or ""
            if match["offset1"] and match["offset2"]:
                raise CorpusError(f"{name}:{number}: two offsets in one annotation")
            if (kind == "expect-incomplete") == bool(check):
                raise CorpusError(f"{name}:{number}: '{kind}' "
                                  + ("takes no check name" if check else "needs a check name, such as gilray-region-escape"))
            if kind != "ok" and any(letter in check for letter in "*?"):
                raise CorpusError(f"{name}:{number}: only 'ok' takes a pattern for the check name")
            reason = match["rest"].replace("*/", "").strip()
            if kind.startswith("xfail") and not reason:
                raise CorpusError(f"{name}:{number}: '{kind}' needs a reason after the check name")
            offset = int((match["offset1"] or match["offset2"] or "@0")[1:])
            try:
                condition = Condition(match["condition"] or "")
            except CorpusError as error:
                raise CorpusError(f"{name}:{number}: {error}") from None
            found.append(Annotation(kind, name, number + offset, condition, check, text, reason))
        if not taken and _SUSPECT.search(comment):
            raise CorpusError(f"{name}:{number}: cannot read the annotation '{comment.strip()}'")
    return found


def parse(name, source):
    """The header (None without a corpus line) and the annotations of one file."""
    header = None
    for line in source.split("\n")[:12]:
        match = re.match(r"\s*(?://|/\*)\s*corpus:(.*?)(?:\*/)?\s*$", line)
        if match:
            if header:
                raise CorpusError(f"{name}: two header lines")
            header = parse_header(match[1])
    return header, parse_annotations(name, source)


def allows(annotation, check):
    return annotation.kind == "ok" and fnmatch.fnmatchcase(check, annotation.check)
