"""Faults that only free-threaded Pythons suffer from, for mutate.py: a strong reference becomes a borrowed one.

That a lock or a critical section around a field is gone is in mutate_locks.py. No fault is a reference that is borrowed from the
keyword arguments of a call, a dictionary that nobody else has; inside a critical section, or under a lock that all callers hold; or from a
registry that is only ever filled: nobody takes the element out. Several looks into one container of a function are one fault.
"""
import re

import mutate_text

ARGUMENT = r"[^(),]*(?:\([^()]*\))?[^(),]*"
DIRECT = re.compile(r"\bPyList_GetItemRef\s*(?=\()")
OUT = re.compile(rf"\b(?P<name>PyDict_GetItemRef|PyDict_GetItemStringRef|PyWeakref_GetRef)\s*\((?P<args>{ARGUMENT}(?:,{ARGUMENT})?),\s*&\s*(?P<out>\w+)\s*\)")
BORROWED = {"PyDict_GetItemRef": "PyDict_GetItemWithError", "PyDict_GetItemStringRef": "PyDict_GetItemString",
            "PyWeakref_GetRef": "PyWeakref_GetObject"}


KEYWORDS = re.compile(r"\s*(?:\w*(?:kwds|kwargs|keywords)|kw|kwnames)\s*,")
SECTION = re.compile(r"_(BEGIN|END)_CRITICAL_SECTION\w*")


def is_safe(source, at, arguments):
    """Whether nobody else can change the container meanwhile."""
    function = source.function_at(at)
    last = [match[1] for match in source.matches(SECTION, function[1], at)][-1:]
    return bool(KEYWORDS.match(arguments)) or last == ["BEGIN"]


LOCKS = re.compile(r"\b\w*(?:lock|LOCK)\w*\s*\(")
GIVES_BACK = re.compile(r"(?i)unlock|release")
# What neither takes an element out of a dictionary nor shows it to others.
FILLS = re.compile(r"PyDict_(?:GetItem\w*|SetDefault\w*|Contains\w*|Values|Size|GET_SIZE)\s*\(\s*[\w.>-]*$")


def _users(name, sources):
    """(source, offset, function) of each use outside the function itself; function is None at file level."""
    for source in sources:
        for at in source.occurrences(name):
            line = source.line(at)
            function = source.function_at(at)
            header = any(extent[0] <= at < extent[1] for extent in source.functions)
            declared = function is None and not source.masked[source.starts[line - 1]].isspace() and \
                source.masked[at + len(name):].lstrip().startswith("(")
            if not header and not declared and line not in source.directive:
                yield source, at, function


def _named(source, function):
    found = re.search(r"(\w+)\s*\([^{]*$", source.masked[function[0]:function[1]])
    return found and found[1]


def _under_callers_lock(name, sources):
    """Whether every call stands behind a call that takes a lock, and before the one that gives it back."""
    users = list(_users(name, sources))

    def held(source, at, function):
        last = [match[0] for match in source.matches(LOCKS, function[1], at)][-1:]
        return bool(last) and not GIVES_BACK.search(last[0])
    return bool(users) and all(function and held(source, at, function) for source, at, function in users)


def _is_only_filled(container, sources):
    """Whether the dictionary of this field is made by the program, which never takes anything out of it."""
    field = re.search(r"(?:->|\.)\s*(\w+)$", container.strip())
    made = False
    for source in sources if field else ():
        for at in source.occurrences(field[1]):
            before, after = source.masked[max(0, at - 80):at], source.masked[at + len(field[1]):at + len(field[1]) + 40]
            if not re.search(r"(?:->|\.)\s*$", before):
                continue
            made |= bool(re.match(r"\s*=\s*PyDict_New\b", after))
            harmless = re.match(r"\s*=\s*(?:PyDict_New\b|NULL\b)|\s*[!=]=", after) or FILLS.search(before) or \
                re.search(r"Py_(?:X?DECREF|VISIT)\s*\(\s*[\w.>-]*$", before)
            if not harmless:
                return False
    return made


def seeded_faults(source, sources):
    """The reference counts of the rest of the function are wrong then, too; that is no matter of this tool."""
    found, seen = [], set()

    def add(start, end, text, arguments):
        function = source.function_at(start)
        container = re.match(r"[^,]*", arguments)[0].strip()
        if not function or (function, container) in seen or is_safe(source, start, arguments + ","):
            return
        seen.add((function, container))
        name = _named(source, function) or ""
        if _under_callers_lock(name, sources) or _is_only_filled(container, sources):
            return
        line = source.line(start)
        found.append(mutate_text.Mutant("borrow-reference", line, frozenset(source.around(line, mutate_text.NEAR)), ((start, end, text),)))

    for match in source.matches(DIRECT):
        add(match.start(), match.end(), "PyList_GetItem", source.masked[match.end():match.end() + 80].lstrip(" ("))
    for match in source.matches(OUT):
        arguments = source.text[match.start("args"):match.end("args")]
        add(match.start(), match.end(), f"(({match['out']} = {BORROWED[match['name']]}({arguments})) != NULL)", arguments)
    return found
