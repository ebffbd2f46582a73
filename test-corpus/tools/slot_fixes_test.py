#!/usr/bin/env python3
"""The fixes of the module checks, byte for byte: what `gilray check --fix` makes of small modules, that the result compiles
and is silent, that a second run changes nothing, and where nothing may be changed."""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import corpus_headers

INIT = "\nPyMODINIT_FUNC PyInit_knob(void) { return PyModuleDef_Init(&knob); }\n"
DEFINITION = 'static struct PyModuleDef knob = {PyModuleDef_HEAD_INIT, .m_name = "knob", .m_slots = slots};\n'
GIL = "#if PY_VERSION_HEX >= 0x030D0000\n{indent}{{Py_mod_gil, Py_MOD_GIL_NOT_USED}},\n#endif\n"
INTERPRETERS = ("#if PY_VERSION_HEX >= 0x030C0000\n{indent}{{Py_mod_multiple_interpreters, "
                "Py_MOD_PER_INTERPRETER_GIL_SUPPORTED}},\n#endif\n")


def module(array, before="", after=""):
    return "#include <Python.h>\n\n" + before + "static int run(PyObject *m) { return 0; }\n\n" + array + DEFINITION + after + INIT


def both(indent):
    return GIL.format(indent=indent) + INTERPRETERS.format(indent=indent)


# name, before, after (None: nothing may change)
CASES = [
    ("own lines",
     module("static PyModuleDef_Slot slots[] = {\n    {Py_mod_exec, run},\n    {0, NULL},\n};\n"),
     module("static PyModuleDef_Slot slots[] = {\n    {Py_mod_exec, run},\n" + both("    ") + "    {0, NULL},\n};\n")),
    ("tabs and a comment before the end",
     module("static PyModuleDef_Slot slots[] = {\n\t{Py_mod_exec, run}, // set up, always\n\t/* end */\n\t{0, NULL}\n};\n"),
     module("static PyModuleDef_Slot slots[] = {\n\t{Py_mod_exec, run}, // set up, always\n\t/* end */\n" + both("\t")
            + "\t{0, NULL}\n};\n")),
    ("nothing but the end",
     module("static PyModuleDef_Slot slots[] = {\n  {0, NULL},\n};\n"),
     module("static PyModuleDef_Slot slots[] = {\n" + both("  ") + "  {0, NULL},\n};\n")),
    ("behind a group of its own",
     module("static PyModuleDef_Slot slots[] = {\n    {Py_mod_exec, run},\n#ifdef Py_mod_gil\n    {Py_mod_gil, "
            "Py_MOD_GIL_USED},\n#endif\n    {0, NULL},\n};\n"),
     module("static PyModuleDef_Slot slots[] = {\n    {Py_mod_exec, run},\n#ifdef Py_mod_gil\n    {Py_mod_gil, "
            "Py_MOD_GIL_USED},\n#endif\n" + INTERPRETERS.format(indent="    ") + "    {0, NULL},\n};\n")),
    ("line ends of Windows",
     module("static PyModuleDef_Slot slots[] = {\n    {Py_mod_exec, run},\n    {0, NULL},\n};\n").replace("\n", "\r\n"),
     module("static PyModuleDef_Slot slots[] = {\n    {Py_mod_exec, run},\n" + both("    ")
            + "    {0, NULL},\n};\n").replace("\n", "\r\n")),
    ("a written size has no room",
     module("static PyModuleDef_Slot slots[2] = {\n    {Py_mod_exec, run},\n    {0, NULL},\n};\n"), None),
    ("the end is a macro's",
     module("static PyModuleDef_Slot slots[] = {\n    {Py_mod_exec, run},\n    THE_END\n};\n",
            before="#define THE_END {0, NULL}\n"), None),
    ("the end depends on the build",
     module("static PyModuleDef_Slot slots[] = {\n    {Py_mod_exec, run},\n#ifndef WITHOUT_END\n    {0, NULL},\n#endif\n};\n"),
     None),
    ("a skipped group may declare it",
     module("static PyModuleDef_Slot slots[] = {\n    {Py_mod_exec, run},\n#ifdef KNOB_FAST\n    {Py_mod_gil, "
            "Py_MOD_GIL_NOT_USED},\n    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},\n#endif\n"
            "    {0, NULL},\n};\n"), None),
    ("another version has other code: shown, not made",
     module("static PyModuleDef_Slot slots[] = {\n    {Py_mod_exec, run},\n    {0, NULL},\n};\n",
            before="#if PY_VERSION_HEX < 0x030D0000\nstatic PyObject *cache;\n#endif\n#ifdef Py_GIL_DISABLED\nstatic int n;\n#endif\n"),
     None),
    ("shared state: nothing is earned",
     module("static PyModuleDef_Slot slots[] = {\n    {Py_mod_exec, run},\n    {0, NULL},\n};\n",
            before="static PyObject *cache;\nPyObject *put(PyObject *self, PyObject *o) { Py_XSETREF(cache, Py_NewRef(o)); "
                   "Py_RETURN_NONE; }\n"
                   'static PyMethodDef methods[] = {{"put", put, METH_O, NULL}, {NULL, NULL, 0, NULL}};\n')
     .replace(".m_slots", ".m_methods = methods, .m_slots"), None),
    ("a library is trusted: shown, not made",
     module("static PyModuleDef_Slot slots[] = {\n    {Py_mod_exec, run},\n    {0, NULL},\n};\n",
            before="#include <trusted.h>\nPyObject *text(PyObject *self, PyObject *none) { return PyUnicode_FromString(trusted()); }\n"
                   'static PyMethodDef methods[] = {{"text", text, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};\n')
     .replace(".m_slots", ".m_methods = methods, .m_slots"), None),
]
# Styles in which the comma stands elsewhere: what matters is that it compiles and is silent.
LOOSE = [
    ("one line", module("static PyModuleDef_Slot slots[] = {{Py_mod_exec, run}, {0, NULL}};\n")),
    ("leading commas", module("static PyModuleDef_Slot slots[] = {\n      {Py_mod_exec, run}\n    , {0, NULL}\n};\n")),
    ("lone leading commas", module("static PyModuleDef_Slot slots[] = {\n    {Py_mod_exec, run}\n    ,\n    {0, NULL}\n};\n")),
]
CHECKS = "gilray-missing-gil-slot,gilray-missing-interpreters-slot,gilray-binding-declaration"

HEAD = "#include <pybind11/pybind11.h>\n\nstatic int twice(int n) { return 2 * n; }\n\n"
BODY = '    m.def("twice", &twice);\n}\n'
TAGGED = ("#if PYBIND11_VERSION_HEX >= 0x03000000\n"
          "PYBIND11_MODULE(knob, m, pybind11::mod_gil_not_used(), pybind11::multiple_interpreters::per_interpreter_gil())\n"
          "#elif PYBIND11_VERSION_HEX >= 0x020D0000\nPYBIND11_MODULE(knob, m, pybind11::mod_gil_not_used())\n"
          "#else\nPYBIND11_MODULE(knob, m)\n#endif\n{\n")
BINDINGS = [
    ("pybind11, brace on the line", HEAD + "PYBIND11_MODULE(knob, m) {\n" + BODY, HEAD + TAGGED + BODY),
    ("pybind11, brace on the next line", HEAD + "PYBIND11_MODULE(knob, m)\n{\n" + BODY, HEAD + TAGGED + BODY),
    ("pybind11, one tag is there", HEAD + "PYBIND11_MODULE(knob, m, pybind11::mod_gil_not_used()) {\n" + BODY,
     HEAD + "#if PYBIND11_VERSION_HEX >= 0x03000000\nPYBIND11_MODULE(knob, m, pybind11::mod_gil_not_used(), "
     "pybind11::multiple_interpreters::per_interpreter_gil())\n#else\n"
     "PYBIND11_MODULE(knob, m, pybind11::mod_gil_not_used())\n#endif\n{\n" + BODY),
    ("pybind11, behind other code on its line", HEAD + "namespace a { } PYBIND11_MODULE(knob, m) {\n" + BODY, None),
    ("pybind11, a library is trusted: shown, not made",
     "#include <trusted.h>\n" + HEAD + 'PYBIND11_MODULE(knob, m) {\n    m.def("text", [] { return trusted(); });\n' + BODY, None),
    ("pybind11, shared state: nothing is earned", HEAD.replace("return 2 * n", "static int last; return last = 2 * n")
     + "PYBIND11_MODULE(knob, m) {\n" + BODY, None),
]
# pybind11 as it was before it had tags, as far as the fixed text asks for it.
OLD_PYBIND11 = ("#pragma once\n#define PYBIND11_VERSION_HEX 0x020C0000\nnamespace pybind11 { struct module_ { template <class F> "
                "void def(const char *, F) {} }; }\n#define PYBIND11_MODULE(name, variable) void init_##name(pybind11::module_ &variable)\n")


def gilray(options, source, includes, *more):
    command = [options.gilray, "check", "--no-config", "--no-cache", "-j1", "--quiet", "--fail-on", "never", "--checks",
               CHECKS, *more, str(source), "--", *includes]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def complaint(options, includes, before, after, suffix=".c"):
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / ("knob" + suffix)
        source.write_bytes(before.encode())
        library = Path(folder) / "library"
        library.mkdir()
        (library / "trusted.h").write_text('#ifdef __cplusplus\nextern "C"\n#endif\nconst char *trusted(void);\n', encoding="utf-8")
        includes = [*includes, f"-isystem{library}"]
        done = gilray(options, source, includes, "--fix")
        if done.returncode not in (0, 1):
            return f"status {done.returncode}: {done.stderr}"
        made = source.read_bytes().decode()
        if after is not True and made != (before if after is None else after):
            return "became\n" + made
        if after is None:
            return None
        report = json.loads(gilray(options, source, includes, "--format", "json").stdout)
        if report["findings"]:
            return "still: " + report["findings"][0]["message"]
        clang = subprocess.run([options.clang, "-fsyntax-only", "-Werror", *includes, str(source)], capture_output=True,
                               text=True, check=False)
        if clang.returncode:
            return clang.stderr + made
        if suffix == ".cpp" and "mod_gil_not_used" not in before:
            old = Path(folder) / "pybind11" / "pybind11.h"
            old.parent.mkdir()
            old.write_text(OLD_PYBIND11, encoding="utf-8")
            clang = subprocess.run([options.clang, "-fsyntax-only", "-Werror", "-I" + folder, str(source)], capture_output=True,
                                   text=True, check=False)
            if clang.returncode:
                return "with an older pybind11: " + clang.stderr + made
            old.unlink()
        gilray(options, source, includes, "--fix")
        return None if source.read_bytes().decode() == made else "a second run changes it again"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gilray", required=True)
    parser.add_argument("--clang", default="clang-22")
    options = parser.parse_args()
    cells = [c for c in corpus_headers.matrix() if c.variant == "gil" and c.version >= (3, 13)]
    if not cells:
        print("skipped: no headers of Python 3.13 or later; test-corpus/headers/fetch.sh fetches some")
        return 77
    includes = [f"-I{path}" for path in max(cells, key=lambda c: c.version).includes]
    failures = 0
    for name, before, after in [*CASES, *((name, before, True) for name, before in LOOSE)]:
        said = complaint(options, includes, before, after)
        failures += said is not None
        if said is not None:
            print(f"FAIL {name}: {said}")
    ran = len(CASES) + len(LOOSE)
    headers = corpus_headers.needs().get("pybind11")
    if not headers:
        print(f"skipped: {len(BINDINGS)} fixes of pybind11's macro, whose headers are not here; ./dev test fetches them")
    for name, before, after in BINDINGS if headers else ():
        ran += 1
        said = complaint(options, ["-std=c++17", *(f"-isystem{path}" for path in headers), *includes], before, after, ".cpp")
        failures += said is not None
        if said is not None:
            print(f"FAIL {name}: {said}")
    print(f"{ran - failures} fixes as expected, {failures} not")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
