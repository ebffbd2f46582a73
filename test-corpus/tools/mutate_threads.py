"""Faults that only free-threaded Pythons suffer from, for mutate.py: a strong reference becomes a borrowed one.

That a lock or a critical section around a field is gone is in mutate_locks.py. No fault is a reference that is borrowed from the
keyword arguments of a call, a dictionary that nobody else has, or inside a critical section.
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


def seeded_faults(source):
    """The reference counts of the rest of the function are wrong then, too; that is no matter of this tool."""
    found = []

    def add(start, end, text):
        line = source.line(start)
        found.append(mutate_text.Mutant("borrow-reference", line, frozenset(source.around(line, mutate_text.NEAR)), ((start, end, text),)))

    for match in source.matches(DIRECT):
        if source.function_at(match.start()) and not is_safe(source, match.start(), source.masked[match.end():].lstrip(" (")[:80]):
            add(match.start(), match.end(), "PyList_GetItem")
    for match in source.matches(OUT):
        if source.function_at(match.start()):
            arguments = source.text[match.start("args"):match.end("args")]
            if is_safe(source, match.start(), arguments + ","):
                continue
            add(match.start(), match.end(), f"(({match['out']} = {BORROWED[match['name']]}({arguments})) != NULL)")
    return found
