"""Faults in the use of locks, for mutate.py: a lock or an unlock that is gone, two locks in the other order, a critical
section that is gone; and refactorings of code with locks that keep the meaning.

A pattern meets what is written in the function itself: POSIX, C11, PyThread and PyMutex calls, std::mutex and its guards,
and the macros and wrappers of packages that are named after what they do.
"""
import collections
import glob
import os
import re
import shutil

import corpus_language
import mutate_text
import real_packages

LOCK = re.compile(r"(?P<call>\b(?:pthread_mutex_lock|pthread_rwlock_wrlock|pthread_spin_lock|mtx_lock|_?PyMutex_Lock|(?!RELEASE)\w+_LOCK)\s*"
                  r"\((?P<arg>[^()]*(?:\([^()]*\))?[^()]*)\)"
                  r"|\bPyThread_acquire_lock\s*\((?P<thread>[^(),]*),\s*(?:1|WAIT_LOCK)\s*\)"
                  r"|(?P<object>[\w.>-]+)(?:\.|->)lock\s*\(\s*\))\s*;")
UNLOCK = re.compile(r"(?P<call>\b(?:pthread_mutex_unlock|pthread_rwlock_unlock|pthread_spin_unlock|mtx_unlock|_?PyMutex_Unlock|\w+_UNLOCK|RELEASE_\w*LOCK|"
                    r"PyThread_release_lock)\s*\((?P<arg>[^()]*(?:\([^()]*\))?[^()]*)\)"
                    r"|(?P<object>[\w.>-]+)(?:\.|->)unlock\s*\(\s*\))\s*;")
SECTION = re.compile(r"\bPy_BEGIN_CRITICAL_SECTION(2?)\s*\([^()]*(?:\([^()]*\))?[^()]*\)\s*;?")


KINDS = ("drop-lock", "drop-unlock", "swap-locks", "drop-section")

# Corpus files about these checks are what the faults are seeded into; what is silent there is right.
CHECKS = ("lock-order-inversion", "leaked-lock", "double-lock", "lock-across-python", "critical-section-broken", "critical-section-escape",
          "unguarded-field", "borrowed-reference")


class CorpusProgram(real_packages.Package):
    """One corpus file as a program of its own."""

    def __init__(self, path):
        name = "corpus-" + os.path.basename(os.path.dirname(path)) + "-" + os.path.basename(path).replace(".", "-")
        super().__init__(name, {"version": 0}, ())
        self.path = path

    def fetch(self):
        with open(self.path, encoding="utf-8") as stream:
            header = corpus_language.parse_header(stream.readline().partition("corpus:")[2])
        self.python = real_packages.python_includes("3.13")
        includes = [part for folder in self.python for part in ("-isystem", folder)]
        shutil.rmtree(self.src, ignore_errors=True)
        os.makedirs(self.src)
        shutil.copy(self.path, self.src)
        # Critical sections are locks only where there is no GIL.
        free = ["-DPy_GIL_DISABLED=1"] if "nogil" in header.variants else []
        self.commands = [(os.path.basename(self.path), [*([f"-std={header.std}"] if header.std else []), *header.flags, *free, *includes])]
        self.write_database()
        return self


def corpus_programs(names=()):
    files = [path for check in CHECKS for path in glob.glob(os.path.join(real_packages.ROOT, "test-corpus", "checks", "gilray-" + check, "good-*.c*"))]
    found = [CorpusProgram(path) for path in sorted(files)]
    return [program for program in found if not names or program.name in names]


def _name(match):
    text = next(part for part in (match.groupdict().get("thread"), match["arg"], match["object"]) if part is not None)
    return re.sub(r"[\s()&*]", "", text)


def _statement(source, match):
    """Whether the call is a statement of its own; it may have a label."""
    before = source.masked[max(0, match.start() - 200):match.start()].rstrip()
    return mutate_text._ends_statement(before) or before.endswith((")", "else", ":"))


def _pairs(source, function):
    """(lock, its unlocks) of what the function does itself, both statements. An unlock belongs to the last lock before it."""
    low, high = function[1], function[2]
    unlocks = [match for match in source.matches(UNLOCK, low, high) if _statement(source, match)]
    locks = [match for match in source.matches(LOCK, low, high) if _statement(source, match)]
    for lock in locks:
        end = min((match.start() for match in locks if match.start() > lock.end() and _name(match) == _name(lock)), default=high)
        mine = [match for match in unlocks if lock.end() < match.start() < end and _name(match) == _name(lock)]
        if mine:
            yield lock, mine


def is_dead(name, sources):
    """Whether no other code of the package names the function: then nothing that is wrong in it can happen."""
    for source in sources:
        for at in source.occurrences(name):
            own = source.function_at(at)
            line = source.masked[source.starts[source.line(at) - 1]:at]
            declared = own is None and source.line(at) not in source.directive and (not line or not line[0].isspace()) \
                and source.masked[at + len(name):].lstrip().startswith("(")
            header = any(extent[0] <= at < extent[1] for extent in source.functions)
            if not declared and not header and not (own and name in source.masked[own[0]:own[1]]):
                return False
    return True


def seeded_faults(source):
    found = []

    def add(kind, at, edits, anchors, what=""):
        line = source.line(at)
        near = frozenset().union(*(source.around(anchor, mutate_text.NEAR) for anchor in {line, *anchors}))
        found.append(mutate_text.Mutant(kind, line, near, tuple(edits), what=what))

    taken = {function: list(_pairs(source, function)) for function in source.functions}
    orders = collections.Counter((_name(pairs[at][0]), _name(pairs[at + 1][0])) for pairs in taken.values() for at in range(len(pairs) - 1))
    for function, pairs in taken.items():
        for lock, unlocks in pairs:
            lines = [source.line(match.start()) for match in unlocks]
            add("drop-lock", lock.start(), [(lock.start(), lock.end(), ";")], lines, lock["call"])
            for unlock in unlocks:
                add("drop-unlock", unlock.start(), [(unlock.start(), unlock.end(), ";")], [source.line(lock.start())], unlock["call"])
        for (first, _), (second, _) in zip(pairs, pairs[1:]):
            between = source.masked[first.end():second.start()]
            # No fault where nobody else takes the two in this order.
            if _name(first) != _name(second) and not between.strip() and orders[_name(first), _name(second)] > 1:
                edits = [(first.start(), first.end(), source.text[second.start():second.end()]),
                         (second.start(), second.end(), source.text[first.start():first.end()])]
                add("swap-locks", first.start(), edits, [source.line(second.start())])
        for begin in source.matches(SECTION, function[1], function[2]):
            if source.is_generated(function):
                continue
            end = re.compile(r"\bPy_END_CRITICAL_SECTION%s\s*\(\s*\)\s*;?" % begin[1]).search(source.masked, begin.end(), function[2])
            if end and not SECTION.search(source.masked, begin.end(), end.start()):
                # What is missing is missing up to the end: any use in between is the place of the fault.
                add("drop-section", begin.start(), [(begin.start(), begin.end(), "{"), (end.start(), end.end(), "}")],
                    range(source.line(begin.start()), source.line(end.start()) + 1), begin[0])
    return found


def refactorings(source, name):
    """The lock is taken and given back in helpers; a name for the lock's address; a block around what it guards."""
    found = []

    def add(kind, at, edits, append="", what=""):
        line = source.line(at)
        found.append(mutate_text.Mutant(kind, line, frozenset([line]), tuple(edits), append=append, what=what))

    for function in source.functions:
        for number, (lock, unlocks) in enumerate(_pairs(source, function)):
            if lock["object"] is not None or lock["call"].split("(")[0].strip().endswith("_LOCK"):
                continue
            helper = f"{name}_lock_{source.line(lock.start())}"
            types = {"pthread_mutex_lock": ("pthread_mutex_t *", "pthread_mutex_unlock(x)"), "mtx_lock": ("mtx_t *", "mtx_unlock(x)"),
                     "PyMutex_Lock": ("PyMutex *", "PyMutex_Unlock(x)"),
                     "PyThread_acquire_lock": ("PyThread_type_lock ", "PyThread_release_lock(x)")}
            kind = types.get(lock["call"].split("(")[0].strip())
            if not kind:
                continue
            argument = (lock.groupdict().get("thread") or lock["arg"]).strip()
            take = lock["call"].split("(")[0].strip() + ("(x, 1)" if "PyThread" in lock["call"] else "(x)")
            edits = [(lock.start(), lock.end(), "{ extern void %s_in(%s); %s_in(%s); }" % (helper, kind[0], helper, argument))]
            edits += [(match.start(), match.end(), "{ extern void %s_out(%s); %s_out(%s); }" % (helper, kind[0], helper, argument))
                      for match in unlocks]
            append = "\nvoid %s_in(%sx) { %s; }\nvoid %s_out(%sx) { %s; }\n" % (helper, kind[0], take, helper, kind[0], kind[1])
            if len({source.line(match.start()) for match in unlocks}) == len(unlocks):
                add("lock-helpers", lock.start(), edits, append, lock["call"])
    return found
