#!/usr/bin/env python3
"""The hooks in the real pre-commit, in a scratch repository.

  precommit_test.py GILRAY [unittest options]          exit status 77 without pre-commit
"""
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "test-corpus", "tools"))
import corpus_headers

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
GILRAY = ""
HELPER = "#include <Python.h>\nvoid touch(PyObject *o) { Py_INCREF(o); }\n"
GOOD = """\
#include <Python.h>
void touch(PyObject *o);
PyObject *use(PyObject *self, PyObject *args)
{
    Py_BEGIN_ALLOW_THREADS
    Py_END_ALLOW_THREADS
    touch(self);
    Py_RETURN_NONE;
}
"""
BAD = GOOD.replace("    Py_END_ALLOW_THREADS\n    touch(self);\n", "    touch(self);\n    Py_END_ALLOW_THREADS\n")
CONTRADICTED = """\
#include <Python.h>
static PyObject *cache;
static PyObject *keep(PyObject *self, PyObject *o) { Py_INCREF(o); Py_XSETREF(cache, o); Py_RETURN_NONE; }
static PyMethodDef methods[] = {{"keep", keep, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {{Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED}, {0, NULL}};
static struct PyModuleDef knob = {PyModuleDef_HEAD_INIT, .m_name = "knob", .m_methods = methods, .m_slots = slots};
PyMODINIT_FUNC PyInit_knob(void) { return PyModuleDef_Init(&knob); }
"""


class Hooks(unittest.TestCase):
    def setUp(self):
        self.dir = os.path.realpath(tempfile.mkdtemp(prefix="gilray-hooks-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)
        home = os.path.join(self.dir, "home")
        os.mkdir(home)
        self.env = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "PRE_COMMIT"))}
        self.env.update(HOME=home, XDG_CACHE_HOME=home, GILRAY_CACHE_DIR=os.path.join(home, "gilray"), NO_COLOR="1",
                        PATH=os.path.dirname(GILRAY) + os.pathsep + os.environ["PATH"], GIT_CONFIG_NOSYSTEM="1")
        hooks = self.repository("hooks")
        shutil.copy(os.path.join(ROOT, ".pre-commit-hooks.yaml"), hooks)
        self.commit(hooks)
        revision = self.run_in(hooks, "git", "rev-parse", "HEAD").strip()
        self.project = self.repository("project")
        self.write(".pre-commit-config.yaml", f"repos:\n- repo: {hooks}\n  rev: {revision}\n  hooks:\n  - id: gilray\n"
                                              "  - id: gilray-readiness\n    stages: [manual]\n")
        self.write("helper.c", HELPER)
        self.write("use.c", GOOD)
        self.write("notes.txt", "nothing\n")
        self.run_in(self.project, "pre-commit", "install")

    def repository(self, name):
        path = os.path.join(self.dir, name)
        os.mkdir(path)
        self.run_in(path, "git", "init", "-q", "-b", "main")
        return path

    def write(self, name, text):
        with open(os.path.join(self.project, name), "w", encoding="utf-8") as stream:
            stream.write(text)

    def run_in(self, folder, *command, status=0):
        done = subprocess.run(command, cwd=folder, env=self.env, capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, status, f"{command}\n{done.stdout}\n{done.stderr}")
        return done.stdout + done.stderr

    def commit(self, folder, status=0):
        self.run_in(folder, "git", "add", "-A")
        return self.run_in(folder, "git", "-c", "user.name=Gil", "-c", "user.email=gil@example.org", "commit", "-m",
                           "change", status=status)

    def test_good_passes_and_bad_is_blocked(self):
        self.assertRegex(self.commit(self.project), r"gilray\.+Passed")
        # The bug is in what two files do together; only one of them changes.
        self.write("use.c", BAD)
        said = self.commit(self.project, status=1)
        self.assertRegex(said, r"gilray\.+Failed")
        self.assertIn("'Py_INCREF' is called without an attached thread state", said)
        self.assertIn("use.c:6:5: note: 'touch' is called here", said)
        self.write("use.c", GOOD)
        self.write("notes.txt", "more\n")
        self.assertRegex(self.commit(self.project), r"gilray\.+\(no files to check\)Skipped")

    def test_bugs_of_other_files_do_not_block(self):
        self.write("old.c", BAD.replace("touch(self)", "Py_INCREF(self)").replace("use(", "old_use("))
        self.run_in(self.project, "git", "add", "-A")
        self.run_in(self.project, "git", "-c", "user.name=G", "-c", "user.email=g@example.org", "commit", "-qnm", "old")
        self.write("use.c", GOOD + "\n")
        self.assertRegex(self.commit(self.project), r"gilray\.+Passed")

    def test_nothing_relevant_changed_is_quick(self):
        self.commit(self.project)
        command = ["gilray", "check", "--quiet", "--project", "use.c", "helper.c"]
        self.run_in(self.project, *command)
        # CPU time: what a busy machine adds to the wall time is not gilray's.
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.run_in(self.project, *command)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.assertLess(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 0.3)

    def test_readiness(self):
        cells = [cell for cell in corpus_headers.matrix() if cell.variant == "gil" and cell.version >= (3, 12)]
        if not cells:
            self.skipTest("no headers of Python 3.12 or later")
        self.write(".gilray.yaml", f"targets: [{cells[-1].headers}]\nheaders: {{{cells[-1].headers}: {json.dumps(cells[-1].includes)}}}\n")
        self.write("knob.c", CONTRADICTED.replace("Py_XSETREF(cache, o)", "Py_DECREF(o)").replace(
            "static PyObject *cache;\n", ""))
        self.run_in(self.project, "git", "add", "-A")
        manual = ["pre-commit", "run", "gilray-readiness", "--all-files", "--hook-stage", "manual"]
        self.assertIn("Passed", self.run_in(self.project, *manual))
        self.write("knob.c", CONTRADICTED)
        self.run_in(self.project, "git", "add", "-A")
        self.assertIn("knob", self.run_in(self.project, *manual, status=1))


if __name__ == "__main__":
    GILRAY = os.path.abspath(sys.argv[1])
    if not shutil.which("pre-commit") or not shutil.which("git"):
        print("no pre-commit here")
        sys.exit(77)
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
