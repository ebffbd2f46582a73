"""Seeded faults for the group `validity`: references that are borrowed across a release, handles that are closed meanwhile.

What is borrowed comes from `sys`, which every function can reach, so that the fault is one wherever it is seeded; the code
between obtaining and using is that of the package. The refactorings are the same edits done right: they must add nothing.

No fault is a call of a type or an exception of C by its name, which runs no Python code; a field of an object that is being made or
taken apart, which nobody else has; and what is seeded into Cython's own helpers, of which gilray says nothing.
"""
import re

CALLS = re.compile(r"^(?:[\w.>\[\]-]+\s*=\s*)?PyObject_Call\w*\s*\((?!\s*(?:PyExc_\w+|(?:\(\s*PyObject\s*\*\s*\)\s*)?\(?&\s*\w+)\s*\)?\s*[,)])")
# Slots that are called while nobody else has the object, and how an object is made.
ALONE = r"tp_(?:dealloc|init|new|alloc|free|finalize|del|clear|traverse)"
MAKES = re.compile(r"\bself\s*=\s*[^;]*?(?:alloc|_New\w*)\s*\(")


def _before(source, begin, kind):
    """Where a declaration can stand in front of a region: behind the statement before it, in the same block."""
    at = source.starts[source.line(begin.start()) - 1]
    lead = source.masked[max(0, at - 500):at].rstrip()
    return at if kind != "scoped" and lead[-1:] in (";", "}") else None


def _after(source, end, kind):
    if kind == "macro":
        return re.compile(r"[ \t]*;?").match(source.masked, end.end()).end()
    return source.masked.index(";", end.end()) + 1


def _borrowed(name):
    return f"PyObject *{name}_o = PySys_GetObject(\"argv\");"


def _sites(source, regions):
    for function, begin, end, kind in regions(source):
        if end is None:
            continue
        before, after = _before(source, begin, kind), _after(source, end, kind)
        inside = source.masked[begin.end():end.start()]
        # Where a way leaves the region, the use behind it is not reached on all of them; fine, but jumps may skip the
        # declaration, which C++ refuses.
        if before is not None and not re.search(r"\b(?:return|goto|case|break|continue)\b|_BLOCK_THREADS", inside):
            yield function, begin, end, kind, before, after


def _references(source, add, name, regions, wrong):
    for _, begin, end, kind, before, after in _sites(source, regions):
        region = [source.line(begin.start()), source.line(end.start())]
        within = re.compile(r"[ \t]*;?").match(source.masked, begin.end()).end() if kind == "macro" else \
            source.masked.index(";", begin.start()) + 1
        own, disown = ("", "") if wrong else (f" Py_XINCREF({name}_o);", f" Py_XDECREF({name}_o);")
        add("borrow-across" if wrong else "owned-across", after,
            [(before, before, f" {_borrowed(name)}{own} "),
             (after, after, f" if ({name}_o) {{ extern void {name}_u(PyObject *); {name}_u({name}_o); }}{disown} ")], region)
        add("pointer-across" if wrong else "owned-pointer", within,
            [(before, before, f" {_borrowed(name)}{own} const char *{name}_p = {name}_o ? PyUnicode_AsUTF8({name}_o) : 0; "),
             (within, within, f" {{ extern void {name}_c(const char *); {name}_c({name}_p); }} "),
             *([] if wrong else [(after, after, disown)])], region)
        pin = "" if wrong else f" Py_buffer {name}_v; int {name}_n = PyObject_GetBuffer({name}_o, &{name}_v, PyBUF_SIMPLE);"
        unpin = "" if wrong else f" if (!{name}_n) PyBuffer_Release(&{name}_v); Py_XDECREF({name}_o); "
        add("bytearray-across" if wrong else "exported-bytearray", within,
            [(before, before, f" {_borrowed(name)}{own}{pin} char *{name}_p = PyByteArray_AS_STRING({name}_o); "),
             (within, within, f" {{ extern void {name}_c(char *); {name}_c({name}_p); }} "),
             *([] if wrong else [(after, after, unpin)])], region)
    for function in source.functions:
        if source.is_generated(function):
            continue
        for number in range(source.line(function[1]) + 1, source.line(function[2])):
            start, stop = source.starts[number - 1], source.starts[number] - 1
            line = source.masked[start:stop].strip()
            lead = source.masked[max(0, start - 500):start].rstrip()
            if number in source.directive or not CALLS.match(line) or not line.endswith(";") or lead[-1:] != ";" or \
                    line.count("(") != line.count(")"):
                continue
            own, disown = ("", "") if wrong else (f" Py_XINCREF({name}_o);", f" Py_XDECREF({name}_o);")
            add("borrow-across-call" if wrong else "owned-across-call", stop,
                [(start, start, f" {_borrowed(name)}{own} "),
                 (stop, stop, f" if ({name}_o) {{ extern void {name}_u(PyObject *); {name}_u({name}_o); }}{disown} ")], [])


def _is_alone(source, function, depth=0):
    """Whether the function only ever works on an object that nobody else has yet, or any more."""
    name = re.search(r"(\w+)\s*\([^{]*$", source.masked[function[0]:function[1]])
    if name is None or depth > 3:
        return False
    word = re.escape(name[1])
    slot = rf"\b(?:Py_)?{ALONE}\s*[=,]\s*(?:\([\w\s*]+\)\s*)?{word}\b|\b{word}\s*,\s*/\*\s*{ALONE}\b" \
        rf"|\(\s*(?:destructor|initproc|newfunc)\s*\)\s*{word}\b"
    if re.search(slot, source.text) or MAKES.search(source.masked, function[1], function[2]):
        return True
    uses = [at for at in source.occurrences(name[1]) if not function[0] <= at < function[1]]
    users = [source.function_at(at) for at in uses]
    return bool(uses) and all(user and _is_alone(source, user, depth + 1) for user in users if user != function)


def _with_fields(source, regions):
    """Regions in functions whose `self` is a structure of this file that refers to another object."""
    for function, begin, end, kind, before, after in _sites(source, regions):
        header = source.masked[function[0]:function[1]]
        own = re.search(r"\b(\w+)\s*\*\s*self\s*[,)=]", header) or \
            re.search(r"\b(\w+)\s*\*\s*self\s*=", source.masked[function[1]:begin.start()])
        if not own or own[1] in ("PyObject", "void") or _is_alone(source, function) or not re.search(
                r"\bPyObject_(?:VAR_)?HEAD\b[^{}]*\}\s*" + re.escape(own[1]) + r"\s*;", source.masked):
            continue
        pointer = re.search(r"\bPyObject_(?:VAR_)?HEAD\b[^{}]*?\bPyObject\s*\*\s*(\w+)\s*;[^{}]*\}\s*" + re.escape(own[1]) + r"\s*;",
                            source.masked)
        if pointer is None:
            continue
        yield function, begin, end, kind, own[1], pointer[1], before, after


def _fields(source, add, name, regions, wrong):
    for _, begin, end, kind, record, field, before, after in _with_fields(source, regions):
        close = (f"\nstatic PyObject *{name}_close(PyObject *o, PyObject *x) {{ Py_CLEAR((({record} *)o)->{field}); return x; }}"
                 f"\nPyMethodDef {name}_methods[] = {{{{\"close\", {name}_close, METH_O, 0}}, {{0, 0, 0, 0}}}};\n")
        test = f" if (!self->{field}) PyErr_Clear(); else {{ extern void {name}_u(PyObject *); "
        anchors = [source.line(begin.start()), source.line(end.start())]
        again = f" if (self->{field}) {{ extern void {name}_u(PyObject *); {name}_u(self->{field}); }} "
        # The whole region goes into the branch in which the field is known not to be null.
        add("tested-before" if wrong else "tested-again", after,
            [(before, before, test), (after, after, f" {name}_u(self->{field}); }} " if wrong else f" }} {again}")], anchors, append=close)


def seed(source, add, name, regions, wrong):
    """Calls add(kind, at, edits, anchors, append=..) for each fault; for each right form of one if not wrong."""
    _references(source, add, name, regions, wrong)
    _fields(source, add, name, regions, wrong)
