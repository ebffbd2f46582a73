#!/usr/bin/env python3
"""The plugin in the real clang-tidy: names, options, fixes, suppressions, the project index, broken code.

  tidy_test.py GILRAY PLUGIN CLANG_TIDY [unittest options]
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "test-corpus", "tools"))
import corpus_headers

GILRAY = PLUGIN = CLANG_TIDY = ""
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


def python_flags(least=(3, 9)):
    """Of the newest headers at hand; none so new: the test is skipped."""
    cells = [cell for cell in corpus_headers.matrix() if cell.variant == "gil" and cell.version >= least]
    if not cells:
        raise unittest.SkipTest("no headers of Python %d.%d or later" % least)
    return [part for folder in cells[-1].includes for part in ("-isystem", folder)]


class Tidy(unittest.TestCase):
    def setUp(self):
        self.dir = os.path.realpath(tempfile.mkdtemp(prefix="gilray-tidy-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)
        self.env = dict(os.environ, GILRAY_CACHE_DIR=os.path.join(self.dir, ".cache"))
        self.write(".clang-tidy", "Checks: '-*,gilray-*'\n")

    def write(self, name, text):
        path = os.path.join(self.dir, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
        return path

    def read(self, name):
        with open(os.path.join(self.dir, name), encoding="utf-8", newline="") as stream:
            return stream.read()

    def tidy(self, *args, flags=True, expect=0, python=(3, 9)):
        command = [CLANG_TIDY, f"--load={PLUGIN}", *args, *(["--", *python_flags(python)] if flags else [])]
        done = subprocess.run(command, cwd=self.dir, env=self.env, capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, expect, f"{command}\n{done.stdout}\n{done.stderr}")
        return done.stdout, done.stderr

    def gilray(self, *args, expect=0):
        done = subprocess.run([GILRAY, *args], cwd=self.dir, env=self.env, capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, expect, f"{args}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def database(self, *names):
        entries = [{"directory": self.dir, "file": os.path.join(self.dir, name),
                    "arguments": ["cc", *python_flags(), "-c", name]} for name in names]
        self.write("compile_commands.json", json.dumps(entries))

    def test_every_check_is_listed(self):
        out, _ = self.tidy("--list-checks")
        listed = {line.strip() for line in out.splitlines() if line.strip().startswith("gilray-")}
        catalogue = json.loads(self.gilray("catalogue", "--json"))
        self.assertEqual(listed, {"gilray-" + check["name"].removeprefix("gilray-") for check in catalogue["checks"]})

    def test_path_as_notes(self):
        self.write("bad.c", BAD)
        out, _ = self.tidy("--quiet", "bad.c")
        self.assertIn("bad.c:5:5: warning: ", out)
        self.assertIn("[gilray-detached-api-call]", out)
        self.assertIn("bad.c:4:5: note: ", out)

    def test_checks_select(self):
        self.write("bad.c", BAD)
        out, _ = self.tidy("--quiet", "--checks=-*,gilray-region-escape", "bad.c")
        self.assertNotIn("gilray-detached-api-call", out)

    def test_nolint(self):
        self.write("bad.c", BAD.replace("(self);", "(self);  // NOLINT(gilray-detached-api-call)"))
        out, err = self.tidy("bad.c")
        self.assertNotIn("warning: ", out)
        self.assertIn("1 NOLINT", err)
        self.write("unused.c", BAD.replace("Py_RETURN_NONE;", "Py_RETURN_NONE;  // NOLINT(gilray-region-escape)"))
        notes = "--config={CheckOptions: {GilraySeverity: note}}"
        self.assertIn("suppresses nothing", self.tidy("--quiet", notes, "--checks=-*,gilray-*", "unused.c")[0])
        # Nothing is said of a check that does not run.
        out, _ = self.tidy("--quiet", notes, "--checks=-*,gilray-unused-suppression", "unused.c")
        self.assertNotIn("suppresses nothing", out)

    def test_warnings_as_errors(self):
        self.write("bad.c", BAD)
        self.tidy("--quiet", "--warnings-as-errors=gilray-*", "bad.c", expect=1)

    def test_options(self):
        self.write("bad.c", BAD)
        off = "{CheckOptions: {gilray-detached-api-call.Severity: 'off'}}"
        self.assertNotIn("warning: ", self.tidy("--quiet", f"--config={off}", "--checks=-*,gilray-*", "bad.c")[0])
        low = "{CheckOptions: {gilray-detached-api-call.Severity: note}}"
        self.assertNotIn("warning: ", self.tidy("--quiet", f"--config={low}", "--checks=-*,gilray-*", "bad.c")[0])
        both = "{CheckOptions: {gilray-detached-api-call.Severity: note, GilraySeverity: note}}"
        self.assertIn("detached-api-call", self.tidy("--quiet", f"--config={both}", "--checks=-*,gilray-*", "bad.c")[0])
        wrong = "{CheckOptions: {GilraySeverity: loud}}"
        self.assertIn("'loud' is not note, warning or error",
                      "".join(self.tidy(f"--config={wrong}", "--checks=-*,gilray-*", "bad.c")))

    def test_verify_config(self):
        self.write(".clang-tidy", "Checks: '-*,gilray-*'\nCheckOptions:\n  GilrayIndex: x\n  GilrayConfig: none\n"
                   "  GilraySeverity: note\n  gilray-region-escape.Severity: error\n")
        out, err = self.tidy("--verify-config", flags=False)
        self.assertIn("No config errors detected", out + err)
        self.write(".clang-tidy", "Checks: '-*,gilray-regoin-escape'\nCheckOptions:\n  gilray-region-escape.Sevrity: x\n")
        out, err = self.tidy("--verify-config", flags=False, expect=1)
        self.assertIn("gilray-regoin-escape", out + err)
        self.assertIn("Sevrity", out + err)

    def test_gilray_configuration(self):
        self.write("bad.c", BAD)
        self.write(".gilray.yaml", "checks: ['-gilray-detached-api-call']\n")
        self.assertNotIn("warning: ", self.tidy("--quiet", "bad.c")[0])
        none = "{CheckOptions: {GilrayConfig: none}}"
        self.assertIn("warning: ", self.tidy("--quiet", f"--config={none}", "--checks=-*,gilray-*", "bad.c")[0])
        self.write(".gilray.yaml", "nonsense: 1\n")
        out, err = self.tidy("bad.c")
        self.assertIn(".gilray.yaml:1:1", out + err)

    def test_fix(self):
        for text in (SLOTS, SLOTS.replace("\n", "\r\n")):
            self.write("knob.c", text)
            self.write("same.c", text)
            self.tidy("--quiet", "--fix", "--config={CheckOptions: {GilraySeverity: note}}", "--checks=-*,gilray-*", "knob.c",
                      python=(3, 13))
            self.gilray("check", "--fix", "--severity=note", "--fail-on=never", "same.c", "--", *python_flags((3, 13)))
            self.assertNotEqual(self.read("knob.c"), text)
            self.assertEqual(self.read("knob.c"), self.read("same.c"))

    def test_other_files_through_an_index(self):
        self.write("helper.c", "#include <Python.h>\nvoid touch(PyObject *o) { Py_INCREF(o); }\n")
        self.write("user.c", "#include <Python.h>\nvoid touch(PyObject *o);\nPyObject *use(PyObject *self, PyObject *args)\n{\n"
                   "    Py_BEGIN_ALLOW_THREADS\n    touch(self);\n    Py_END_ALLOW_THREADS\n    Py_RETURN_NONE;\n}\n")
        self.assertNotIn("warning: ", self.tidy("--quiet", "user.c")[0])
        self.gilray("index", "--index=project.index", ".", "--", *python_flags())
        config = "{CheckOptions: {GilrayIndex: %s/project.index}}" % self.dir
        out, _ = self.tidy("--quiet", f"--config={config}", "--checks=-*,gilray-*", "user.c")
        self.assertIn("helper.c:2:27: warning: ", out)
        self.assertIn("user.c:6:5: note: ", out)
        self.write("project.index", "no index")
        out, err = self.tidy(f"--config={config}", "--checks=-*,gilray-*", "user.c")
        self.assertIn("is no project index", out + err)

    def test_several_files_in_one_run(self):
        for name in ("a.c", "b.c", "c.c"):
            self.write(name, BAD)
        self.database("a.c", "b.c", "c.c")
        out, _ = self.tidy("--quiet", "-p", ".", "a.c", "b.c", "c.c", flags=False)
        self.assertEqual([f"{name}:5:5: warning: " in out for name in ("a.c", "b.c", "c.c")], [True] * 3)
        self.assertEqual(out.count("[gilray-detached-api-call]"), 3)

    def test_run_clang_tidy(self):
        script = shutil.which("run-clang-tidy-22") or shutil.which("run-clang-tidy")
        if not script:
            self.skipTest("no run-clang-tidy here")
        for name in ("a.c", "b.c"):
            self.write(name, BAD)
        self.database("a.c", "b.c")
        done = subprocess.run([sys.executable, script, "-clang-tidy-binary", CLANG_TIDY, "-load", PLUGIN, "-p", self.dir,
                               "-checks=-*,gilray-*", "-quiet", "-j2"], cwd=self.dir, env=self.env, capture_output=True,
                              text=True, timeout=300)
        self.assertEqual(done.stdout.count("[gilray-detached-api-call]"), 2, done.stdout + done.stderr)

    def test_broken_code(self):
        self.write("broken.c", BAD + "int f( { return }\nPyObject *g(PyObject *self) {\n    Py_BEGIN_ALLOW_THREADS\n"
                   "    nonsense nonsense;\n    Py_INCREF(self);\n    Py_END_ALLOW_THREADS\n    return self;\n}\n")
        out, _ = self.tidy("--quiet", "broken.c", expect=1)
        self.assertIn("broken.c:5:5: warning: ", out)  # what parses is judged
        self.assertNotIn("broken.c:13:5: warning: ", out)  # what does not is not
        self.write("missing.c", BAD.replace("<Python.h>", "<Python.h>\n#include <not/there.h>"))
        self.assertIn("not/there.h", "".join(self.tidy("--quiet", "missing.c", expect=1)))
        self.write("empty.c", "")
        self.tidy("--quiet", "empty.c")

    def test_warnings_that_are_errors_leave_the_code_judged(self):
        self.write("strict.c", BAD.replace("    Py_BEGIN", "    int unused;\n    Py_BEGIN"))
        command = [CLANG_TIDY, f"--load={PLUGIN}", "--quiet", "strict.c", "--", "-Wall", "-Werror", *python_flags()]
        done = subprocess.run(command, cwd=self.dir, env=self.env, capture_output=True, text=True, timeout=300)
        self.assertIn("strict.c:6:5: warning: ", done.stdout)

    def test_a_crash_of_an_analysis_is_told(self):
        self.write("bad.c", BAD)
        self.env["GILRAY_TEST_CRASH"] = "segv:check:detached-api-call"
        out, err = self.tidy("bad.c")
        self.assertIn("crash", out + err)


if __name__ == "__main__":
    GILRAY, PLUGIN, CLANG_TIDY = (os.path.abspath(path) for path in sys.argv[1:4])
    unittest.main(argv=[sys.argv[0], *sys.argv[4:]])
