#!/usr/bin/env python3
"""gilray-clangd in scripted editor sessions: findings while typing, their paths, quick fixes, headers and other files
through the project index, broken code, and clangd's own features.

  clangd_test.py GILRAY_CLANGD [unittest options]
"""
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "test-corpus", "tools"))
import corpus_headers
import lsp

CLANGD = ""
BAD = """\
#include <Python.h>
PyObject *bad(PyObject *self, PyObject *args)
{
    Py_BEGIN_ALLOW_THREADS
    Py_INCREF(self);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
"""
GOOD = BAD.replace("    Py_INCREF(self);\n", "")
SLOTS = """\
#include <Python.h>

static int run(PyObject *m) { return 0; }

static PyModuleDef_Slot slots[] = {
\t{Py_mod_exec, run},
\t{0, NULL},
};
static struct PyModuleDef knob = {PyModuleDef_HEAD_INIT, .m_name = "knob", .m_slots = slots};

PyMODINIT_FUNC PyInit_knob(void) { return PyModuleDef_Init(&knob); }
"""
GUARDED = """\
#include <Python.h>
#include <pthread.h>
static pthread_mutex_t hits_lock = PTHREAD_MUTEX_INITIALIZER;
static long hits;
PyObject *hit(PyObject *self, PyObject *ignored)
{
    pthread_mutex_lock(&hits_lock);
    long now = ++hits;
    pthread_mutex_unlock(&hits_lock);
    return PyLong_FromLong(now);
}
PyObject *peek(PyObject *self, PyObject *ignored) { return PyLong_FromLong(hits); }
"""


def python_flags(least=(3, 9)):
    """Of the newest headers at hand; none so new: the test is skipped."""
    cells = [cell for cell in corpus_headers.matrix() if cell.variant == "gil" and cell.version >= least]
    if not cells:
        raise unittest.SkipTest("no headers of Python %d.%d or later" % least)
    return [part for folder in cells[-1].includes for part in ("-isystem", folder)]


def ours(diagnostics):
    return [item for item in diagnostics if str(item.get("code", "")).startswith("gilray-")]


def lines(diagnostics):
    return sorted((item["range"]["start"]["line"] + 1, item["code"]) for item in ours(diagnostics))


class Session(unittest.TestCase):
    def setUp(self):
        self.dir = os.path.realpath(tempfile.mkdtemp(prefix="gilray-clangd-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)
        home = os.path.join(self.dir, "home")
        os.mkdir(home)
        self.project = os.path.join(self.dir, "project")
        os.mkdir(self.project)
        self.environment = dict(os.environ, HOME=home, XDG_CACHE_HOME=home, XDG_CONFIG_HOME=home,
                                GILRAY_CACHE_DIR=os.path.join(self.dir, "cache"))

    def write(self, name, text):
        path = os.path.join(self.project, name)
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(text)
        return path

    def database(self, *names, python=(3, 9)):
        self.write("compile_commands.json", json.dumps(
            [{"directory": self.project, "file": os.path.join(self.project, name),
              "arguments": ["cc", *python_flags(python), "-c", name]} for name in names]))

    def start(self):
        # On a machine that is busy with other tests, threads of idle priority never end, and clangd waits for them.
        return lsp.Client([CLANGD, "--log=error", "--background-index=0"], self.project, self.environment)

    def test_findings_come_and_go_while_typing(self):
        path = self.write("a.c", GOOD)
        self.database("a.c")
        with self.start() as editor:
            self.assertEqual(lines(editor.open(path)), [])
            self.assertEqual(lines(editor.change(path, BAD)), [(5, "gilray-detached-api-call")])  # not saved
            self.assertEqual(lines(editor.change(path, "\n\n" + BAD)), [(7, "gilray-detached-api-call")])
            self.assertEqual(lines(editor.change(path, GOOD)), [])

    def test_an_edit_is_judged_as_a_new_file_is(self):
        """Most functions are taken over from the parse before: what is said must be what is said of a file never seen."""
        self.environment["GILRAY_EDITOR_INDEX"] = "off"
        self.write("touch.h", "#pragma once\n#include <Python.h>\nstatic inline void touch(PyObject *o) { Py_INCREF(o); }\n")
        bad = BAD.split("\n", 1)[1]
        text = ('#include "touch.h"\nextern void touch_far(PyObject *o);\n' + bad
                + bad.replace("bad(", "second(").replace("Py_INCREF(self);", "touch_here(self); touch(self);")
                + bad.replace("bad(", "third("))
        text = text.replace("PyObject *bad(", "static void touch_here(PyObject *o)\n{\n    Py_INCREF(o);\n}\nPyObject *bad(")
        edits = [  # (place, what is put before it)
            ("Py_RETURN_NONE;", "\n    touch(self);\n\n    "),
            ("Py_INCREF(o);", "static int calls;\n    calls++; "),
            ("touch_here(self);", "touch_far(self); int = 3;\n"),
            ("int = 3;", "// "),
            ("touch(self);", "/* "), ("touch(self);", " */ "),
            ("extern void touch_far", "#define Py_INCREF(o) ((void)(o))\n"),
            ("PyObject *third(", "#undef Py_INCREF\n"),
            ("Py_END_ALLOW_THREADS", "Py_XDECREF(args);\n    "),
        ]
        steps = [f"step{number}.c" for number in range(len(edits))]
        path = self.write("a.c", text)
        self.database("a.c", *steps)
        said = lambda found: sorted((item["range"]["start"]["line"], item["code"], item["message"]) for item in ours(found))
        all_said = set()  # texts differ enough for it to be seen
        with self.start() as editor:
            editor.open(path)
            for (place, more), step in zip(edits, steps):
                self.assertIn(place, text)
                text = text.replace(place, more + place, 1)
                typed = said(editor.change(path, text))
                fresh = said(editor.open(self.write(step, text)))
                self.assertEqual(typed, fresh, f"after {more!r} before {place!r}")
                all_said.add(tuple(typed))
        self.assertGreater(len(all_said), len(edits) / 2)

    def test_path_is_related_information(self):
        path = self.write("a.c", BAD)
        self.database("a.c")
        with self.start() as editor:
            [finding] = ours(editor.open(path))
        self.assertEqual(finding["range"]["start"], {"line": 4, "character": 4})
        places = [(lsp.path(note["location"]["uri"]), note["location"]["range"]["start"]["line"] + 1)
                  for note in finding["relatedInformation"]]
        self.assertIn((path, 4), places)

    def quick_fixes(self, editor, path, diagnostics, code):
        finding = next(item for item in ours(diagnostics) if item["code"] == code)
        actions = editor.request("textDocument/codeAction", {
            "textDocument": {"uri": lsp.uri(path)}, "range": finding["range"], "context": {"diagnostics": [finding]}})
        return [edit for action in actions for changes in (action.get("edit") or {}).get("changes", {}).values()
                for edit in changes]

    def test_quick_fix(self):
        path = self.write("knob.c", SLOTS)
        self.write(".clang-tidy", "Checks: 'gilray-*'\nCheckOptions: {GilraySeverity: note}\n")
        self.database("knob.c", python=(3, 13))
        wanted = "#if PY_VERSION_HEX >= 0x030D0000\n\t{Py_mod_gil, Py_MOD_GIL_NOT_USED},\n#endif\n"
        with self.start() as editor:
            edits = self.quick_fixes(editor, path, editor.open(path), "gilray-missing-gil-slot")
            self.assertEqual([(edit["newText"], edit["range"]["start"]) for edit in edits],
                             [(wanted, {"line": 6, "character": 0})])
            # The text on disk is another one until it is saved.
            typed = editor.change(path, "\n" + SLOTS.replace("\t", "  "))
            edits = self.quick_fixes(editor, path, typed, "gilray-missing-gil-slot")
            self.assertEqual([(edit["newText"], edit["range"]["start"]) for edit in edits],
                             [(wanted.replace("\t", "  "), {"line": 7, "character": 0})])

    def test_suppressions_also_in_the_preamble(self):
        self.write(".clang-tidy", "CheckOptions: {GilraySeverity: note}\n")
        path = self.write("a.c", "// NOLINTBEGIN(gilray-*)\n" + BAD + "// NOLINTEND(gilray-*)\n")
        self.database("a.c")
        with self.start() as editor:
            self.assertEqual(lines(editor.open(path)), [])
            text = GOOD.replace("#include", "// NOLINTBEGIN(gilray-detached-*)\n#include") + "// NOLINTEND(gilray-detached-*)\n"
            self.assertEqual(lines(editor.change(path, text)), [(1, "gilray-unused-suppression")])

    def test_configuration_can_turn_it_off(self):
        path = self.write("a.c", BAD)
        self.database("a.c")
        self.write(".clangd", "Diagnostics:\n  ClangTidy:\n    Remove: gilray-detached-*\n")
        with self.start() as editor:
            self.assertEqual(lines(editor.open(path)), [])

    def wait_for(self, editor, path, text, wanted):
        """Types on until the findings are as wanted: the index is made in the background."""
        end, found = time.monotonic() + 240, None
        while time.monotonic() < end:
            text += "\n"
            found = lines(editor.change(path, text))
            if found == wanted:
                return text
            time.sleep(0.3)
        self.fail(f"found {found}, wanted {wanted}")
        return text

    def test_headers_and_other_files_through_the_index(self):
        self.write("touch.h", "#pragma once\n#include <Python.h>\nstatic inline void touch(PyObject *o) { Py_INCREF(o); }\n"
                   "void touch_far(PyObject *o);\n")
        self.write("far.c", '#include "touch.h"\nvoid touch_far(PyObject *o) { Py_DECREF(o); }\n')
        text = ('#include "touch.h"\nPyObject *use(PyObject *self, PyObject *args)\n{\n    Py_BEGIN_ALLOW_THREADS\n'
                "    touch(self);\n    touch_far(self);\n    Py_END_ALLOW_THREADS\n    Py_RETURN_NONE;\n}\n")
        path = self.write("user.c", text)
        self.write("pyproject.toml", "")
        self.database("far.c", "user.c")
        both = [(5, "gilray-detached-api-call"), (6, "gilray-detached-api-call")]
        with self.start() as editor:
            editor.open(path)
            text = self.wait_for(editor, path, text, both)
            # The other file is mended and saved: the index follows.
            far = os.path.join(self.project, "far.c")
            editor.open(far)
            mended = '#include "touch.h"\nvoid touch_far(PyObject *o) { }\n'
            editor.change(far, mended)
            self.write("far.c", mended)
            editor.save(far)
            self.wait_for(editor, path, text, both[:1])

    def project_of_two(self):
        self.write("far.h", "#pragma once\n#include <Python.h>\nvoid touch_far(PyObject *o);\nvoid other_far(PyObject *o);\n")
        self.write("far.c", '#include "far.h"\nvoid touch_far(PyObject *o) { Py_DECREF(o); }\nvoid other_far(PyObject *o) { Py_DECREF(o); }\n')
        text = ('#include "far.h"\nPyObject *use(PyObject *self, PyObject *args)\n{\n    Py_BEGIN_ALLOW_THREADS\n'
                "    touch_far(self);\n    ;\n    Py_END_ALLOW_THREADS\n    Py_RETURN_NONE;\n}\n")
        self.write("pyproject.toml", "")
        self.database("far.c", "user.c")
        return self.write("user.c", text), text

    def test_other_files_are_looked_at_in_the_pauses(self):
        path, text = self.project_of_two()
        here = [(5, "gilray-detached-api-call")]
        with self.start() as editor:
            # The index is made after the file was opened, which is then shown again without a key.
            found = editor.open(path)
            end = time.monotonic() + 240
            while lines(found) != here and time.monotonic() < end:
                found = editor.diagnostics(path, 1)
            self.assertEqual(lines(found), here)
            # What other files do to lines that were not edited is known at once, wherever they are now.
            self.assertEqual(lines(editor.change(path, "\n\n" + text)), [(7, "gilray-detached-api-call")])
            # A new call of another file's function: the pause brings it.
            typed = text.replace("    ;\n", "    other_far(self);\n")
            found = editor.change(path, typed)
            self.assertIn(here[0], lines(found))
            while len(lines(found)) < 2:
                found = editor.diagnostics(path, editor.versions[path])
            self.assertEqual(lines(found), [*here, (6, "gilray-detached-api-call")])
            # A line that is gone takes its finding along.
            self.assertEqual(lines(editor.change(path, text)), here)

    def test_locks_of_the_configuration(self):
        self.write("pyproject.toml", "")
        self.write(".gilray.yaml", "guarded_by: {hits: hits_lock}\n")
        path = self.write("a.c", GUARDED)
        self.database("a.c", python=(3, 13))
        with self.start() as editor:
            self.assertEqual(lines(editor.open(path)), [(12, "gilray-unguarded-global")])

    def test_a_client_that_ends_without_a_word(self):
        path = self.write("a.c", BAD)
        self.database("a.c")
        with self.start() as editor:
            editor.open(path)
            editor.process.stdin.close()
            self.assertEqual(editor.process.wait(60), 1)  # as clangd does

    def test_a_header_without_index_is_unknown(self):
        self.environment["GILRAY_EDITOR_INDEX"] = "off"
        self.write("touch.h", "#include <Python.h>\nstatic inline void release(PyThreadState **s) { *s = PyEval_SaveThread(); }\n"
                   "static inline void acquire(PyThreadState *s) { PyEval_RestoreThread(s); }\n")
        path = self.write("user.c", '#include "touch.h"\nPyObject *use(PyObject *self, PyObject *args)\n{\n'
                          "    PyThreadState *s;\n    release(&s);\n    acquire(s);\n    Py_RETURN_NONE;\n}\n")
        self.database("user.c")
        with self.start() as editor:
            self.assertEqual(lines(editor.open(path)), [])

    def test_broken_code_never_ends_it(self):
        path = self.write("a.c", BAD)
        self.database("a.c")
        chance = random.Random(7)
        with self.start() as editor:
            editor.open(path)
            for cut in sorted(chance.sample(range(len(BAD)), 25)):
                editor.change(path, BAD[:cut])
            for _ in range(25):
                at = chance.randrange(len(BAD))
                editor.change(path, BAD[:at] + chance.choice("(){};,#\"*&<>") + BAD[at + chance.randrange(3):])
            self.assertEqual(lines(editor.change(path, BAD)), [(5, "gilray-detached-api-call")])

    def test_files_at_the_same_time(self):
        names = [f"f{number}.c" for number in range(6)]
        paths = [self.write(name, BAD) for name in names]
        self.database(*names)
        with self.start() as editor:
            for path in paths:
                editor.send_open(path)
            found = {path: lines(editor.diagnostics(path, 1)) for path in reversed(paths)}
        self.assertEqual(set(map(tuple, found.values())), {((5, "gilray-detached-api-call"),)})

    def test_clangd_itself(self):
        path = self.write("a.c", BAD)
        self.database("a.c")
        with self.start() as editor:
            editor.open(path)
            where = {"textDocument": {"uri": lsp.uri(path)}, "position": {"line": 4, "character": 16}}
            self.assertIn("PyObject", json.dumps(editor.request("textDocument/hover", where)))
            self.assertTrue(editor.request("textDocument/definition", where))
            where["position"] = {"line": 4, "character": 13}
            items = editor.request("textDocument/completion", where)["items"]
            self.assertTrue(any("Py_INCREF" in item["label"] for item in items), items)
            self.assertTrue(editor.request("textDocument/documentSymbol", {"textDocument": where["textDocument"]}))


if __name__ == "__main__":
    CLANGD = os.path.abspath(sys.argv[1])
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
