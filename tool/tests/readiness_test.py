#!/usr/bin/env python3
"""gilray readiness and gilray check --fix as a user meets them.

  readiness_test.py GILRAY [unittest options]

They need headers of Python 3.13 or later: test-corpus/headers/fetch.sh gets them.
"""
import json
import os
import subprocess
import sys
import unittest

import cli_test

CLEAN = """\
#include <Python.h>

static PyObject *twice(PyObject *self, PyObject *value)
{
    return PyNumber_Add(value, value);
}

static PyMethodDef methods[] = {{"twice", twice, METH_O, NULL}, {NULL, NULL, 0, NULL}};

static int execute(PyObject *module) { return PyModule_AddIntConstant(module, "answer", 42); }

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, (void *)execute},
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, .m_name = "clean", .m_methods = methods, .m_slots = slots};

PyMODINIT_FUNC PyInit_clean(void) { return PyModuleDef_Init(&definition); }
"""
DECLARED = CLEAN.replace("    {0, NULL},\n};", """\
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};""").replace("clean", "told")
GLOBAL = """
static PyObject *last;
static PyObject *remember(PyObject *self, PyObject *value)
{
    Py_INCREF(value);
    Py_XDECREF(last);
    last = value;
    Py_RETURN_NONE;
}
static PyMethodDef methods[] = {{"remember", remember, METH_O, NULL}, """
BROKEN_PROMISE = DECLARED.replace("told", "broken").replace("static PyMethodDef methods[] = {", GLOBAL, 1)


def headers():
    """Include directories of the newest Python with the slots."""
    listing = os.path.join(cli_test.ROOT, "test-corpus", "headers", "list.py")
    sets = json.loads(subprocess.run([sys.executable, listing, "--best"], capture_output=True, check=True).stdout)
    new = [s for s in sets if tuple(map(int, s["version"].split("."))) >= (3, 13) and s["variant"] == "gil"]
    return max(new, key=lambda s: tuple(map(int, s["version"].split(".")))) if new else None


def flags_of(one):
    return [f"-I{path}" for path in one["include"]] + [f"-D{name}" for name in one["defines"]]


HEADERS = None


class Case(cli_test.Case):
    def setUp(self):
        if not HEADERS:
            self.skipTest("no headers of Python 3.13 or later; test-corpus/headers/fetch.sh gets them")
        super().setUp()
        self.flags = ["--", *flags_of(HEADERS)]

    def readiness(self, *args, expect=0):
        out, err = self.run_gilray("readiness", *args, "--format=json", *self.flags, expect=expect)
        return json.loads(out), err

    def verdicts(self, *args):
        return {goal["goal"]: goal["verdict"] for goal in self.readiness(*args)[0]["modules"][0]["goals"]}


class Readiness(Case):
    def test_a_clean_module_has_earned_everything(self):
        self.write("clean.c", CLEAN)
        self.assertEqual(self.verdicts("clean.c"),
                         {"shared-gil": "earned", "own-gil": "earned", "free-threading": "earned"})
        out, _ = self.run_gilray("readiness", "clean.c", *self.flags, expect=0)
        self.assertIn("{Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED}", out)
        self.assertIn("{Py_mod_gil, Py_MOD_GIL_NOT_USED}", out)

    def test_a_module_that_says_so_and_may(self):
        self.write("told.c", DECLARED)
        self.assertEqual(self.verdicts("told.c"),
                         {"shared-gil": "declared", "own-gil": "declared", "free-threading": "declared"})

    def test_a_broken_promise_is_shown_with_its_path(self):
        self.write("broken.c", BROKEN_PROMISE)
        report, _ = self.readiness("broken.c")
        goals = {goal["goal"]: goal for goal in report["modules"][0]["goals"]}
        self.assertEqual(goals["own-gil"]["verdict"], "contradicted")
        self.assertEqual(goals["free-threading"]["verdict"], "contradicted")
        blocker = goals["own-gil"]["blockers"][0]
        self.assertEqual((blocker["kind"], blocker["subject"], blocker["line"]),
                         ("static-object", "last", BROKEN_PROMISE[:BROKEN_PROMISE.index("*last")].count("\n") + 1))
        self.assertTrue(blocker["remedy"])
        self.assertIn("remember", json.dumps(blocker["notes"]))

    def test_exit_status_is_what_fail_on_says(self):
        self.write("broken.c", BROKEN_PROMISE)
        self.write("clean.c", CLEAN)
        self.run_gilray("readiness", "broken.c", *self.flags, expect=0)
        self.run_gilray("readiness", "broken.c", "--fail-on=contradicted", *self.flags, expect=1)
        self.run_gilray("readiness", "broken.c", "--fail-on=blocked", *self.flags, expect=1)
        self.run_gilray("readiness", "clean.c", "--fail-on=blocked", *self.flags, expect=0)
        self.run_gilray("readiness", "clean.c", "--fail-on=nonsense", *self.flags, expect=2)

    def test_what_was_not_seen_is_never_earned(self):
        self.write("clean.c", CLEAN.replace("return PyNumber_Add(value, value);", "return helper(value);")
                   .replace("static PyObject *twice", "extern PyObject *helper(PyObject *);\nstatic PyObject *twice"))
        self.assertNotIn("earned", self.verdicts("clean.c").values())
        self.write("helper.c", "#include <Python.h>\nPyObject *helper(PyObject *v) { return PyNumber_Add(v, v); }\n")
        self.assertEqual(set(self.verdicts("clean.c", "helper.c").values()), {"earned"})

    def test_what_the_compiler_makes_of_a_lambda_is_seen(self):
        self.write("clean.cpp", CLEAN.replace("return PyNumber_Add(value, value);", """struct Held { PyObject *one; } held = {value};
    auto twice = [held] { return PyNumber_Add(held.one, held.one); };
    auto copy = twice, moved = static_cast<decltype(twice) &&>(copy);
    PyObject *(*plain)(PyObject *, PyObject *) = [](PyObject *a, PyObject *b) { return PyNumber_Add(a, b); };
    return value == Py_None ? plain(value, value) : moved();"""))
        self.assertEqual(set(self.verdicts("clean.cpp").values()), {"earned"})

    def test_errors_in_a_file_are_never_earned(self):
        self.write("clean.c", CLEAN.replace("return PyNumber_Add(value, value);", "return nonsense;"))
        verdicts = self.verdicts("clean.c")
        self.assertEqual(set(verdicts.values()), {"unknown"})

    def test_silenced_facts_do_not_block_and_are_counted(self):
        self.write("broken.c", BROKEN_PROMISE.replace("static PyObject *last;",
                                                      "static PyObject *last; // NOLINT(gilray-static-object): a test"))
        report, _ = self.readiness("broken.c")
        goals = {goal["goal"]: goal for goal in report["modules"][0]["goals"]}
        self.assertEqual(goals["own-gil"]["verdict"], "declared")
        self.assertEqual(goals["own-gil"]["suppressed"], 1)

    def test_json_follows_its_schema(self):
        if cli_test.jsonschema is None:
            self.skipTest("python3-jsonschema is not installed")
        self.write("broken.c", BROKEN_PROMISE)
        self.write("clean.c", CLEAN)
        report, _ = self.readiness(".")
        with open(os.path.join(cli_test.ROOT, "docs", "schema", "gilray-readiness.schema.json"), encoding="utf-8") as file:
            cli_test.jsonschema.validate(report, json.load(file))
        self.assertEqual([module["name"] for module in report["modules"]], ["broken", "clean"])

    def test_markdown_and_badge(self):
        self.write("broken.c", BROKEN_PROMISE)
        out, _ = self.run_gilray("readiness", "broken.c", "--format=markdown", *self.flags, expect=0)
        self.assertIn("| sub-interpreters, own GIL | contradicted by 1 |", out)
        self.assertIn("`broken.c:", out)
        out, _ = self.run_gilray("readiness", "broken.c", "--format=badge", *self.flags, expect=0)
        self.assertRegex(out, r"^broken \(Python 3\.\d+\): .*sub-interpreters, own GIL contradicted by 1.*\n$")

    def test_no_module_is_an_error(self):
        self.write("none.c", "#include <Python.h>\nint f(void) { return 0; }\n")
        _, err = self.run_gilray("readiness", "none.c", *self.flags, expect=2)
        self.assertIn("no extension module was found", err)

    def test_same_bytes_for_any_number_of_jobs(self):
        self.write("broken.c", BROKEN_PROMISE)
        self.write("clean.c", CLEAN)
        self.write("told.c", DECLARED)
        runs = {self.run_gilray("readiness", ".", jobs, "--no-cache", *self.flags, expect=0)[0]
                for jobs in ("-j1", "-j3", "-j2")}
        self.assertEqual(len(runs), 1)


class Fix(Case):
    CHECKS = "--checks=-*,gilray-missing-*"

    def test_earned_slots_are_inserted_and_one_round_is_enough(self):
        path = self.write("clean.c", CLEAN)
        _, err = self.run_gilray("check", "clean.c", "--fix", *self.flags, expect=0)
        self.assertIn("2 fixed", err)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        self.assertIn("#if PY_VERSION_HEX >= 0x030D0000\n    {Py_mod_gil, Py_MOD_GIL_NOT_USED},\n#endif\n", text)
        self.assertIn("#if PY_VERSION_HEX >= 0x030C0000\n"
                      "    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},\n#endif\n    {0, NULL},",
                      text)
        out, _ = self.run_gilray("check", "clean.c", "--fix-dry-run", "--severity=note", *self.flags, expect=0)
        self.assertEqual(out, "")
        self.assertEqual(set(self.verdicts("clean.c").values()), {"declared"})

    def test_dry_run_is_a_diff_that_git_applies(self):
        path = self.write("clean.c", CLEAN)
        diff, _ = self.run_gilray("check", "clean.c", "--fix-dry-run", *self.flags, expect=1)
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.read(), CLEAN)
        subprocess.run(["git", "apply", "-"], input=diff.encode(), cwd=self.dir, check=True,
                       env=dict(os.environ, GIT_CEILING_DIRECTORIES=os.path.dirname(self.dir)))
        with open(path, encoding="utf-8") as file:
            patched = file.read()
        self.write("clean.c", CLEAN)
        self.run_gilray("check", "clean.c", "--fix", *self.flags, expect=0)
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.read(), patched)

    def test_tabs_and_carriage_returns_are_kept(self):
        path = self.write("clean.c", CLEAN.replace("    {", "\t{").replace("\n", "\r\n"))
        self.run_gilray("check", "clean.c", "--fix", *self.flags, expect=0)
        with open(path, "rb") as file:
            text = file.read()
        self.assertIn(b"\r\n#if PY_VERSION_HEX >= 0x030D0000\r\n\t{Py_mod_gil, Py_MOD_GIL_NOT_USED},\r\n#endif\r\n", text)
        self.assertEqual(text.count(b"\n"), text.count(b"\r\n"))

    def test_fixed_files_compile_under_every_header_version(self):
        self.write("clean.c", CLEAN)
        self.run_gilray("check", "clean.c", "--fix", *self.flags, expect=0)
        listing = os.path.join(cli_test.ROOT, "test-corpus", "headers", "list.py")
        sets = json.loads(subprocess.run([sys.executable, listing, "--best"], capture_output=True, check=True).stdout)
        tried = 0
        for one in sets:
            if tuple(map(int, one["version"].split("."))) < (3, 9):
                continue
            flags = flags_of(one)
            run = subprocess.run(["clang-22", "-fsyntax-only", "-Wno-everything", *flags, "clean.c"], cwd=self.dir,
                                 capture_output=True, text=True)
            self.assertEqual(run.returncode, 0, f"{one['id']}: {run.stderr}")
            self.assertEqual(self.run_gilray("check", self.CHECKS, "clean.c", "--", *flags, expect=0)[0], "", one["id"])
            tried += 1
        self.assertGreater(tried, 0)

    def test_what_is_not_earned_is_not_written(self):
        text = BROKEN_PROMISE
        for slot in ("    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},\n",
                     "    {Py_mod_gil, Py_MOD_GIL_NOT_USED},\n"):
            text = text.replace(slot, "")
        path = self.write("broken.c", text)
        self.run_gilray("check", "broken.c", "--fix", *self.flags, expect=1)
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.read(), text)

    def test_both_switches_together_are_an_error(self):
        self.write("clean.c", CLEAN)
        _, err = self.run_gilray("check", "clean.c", "--fix", "--fix-dry-run", *self.flags, expect=2)
        self.assertIn("give one of them", err)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    cli_test.GILRAY = os.path.abspath(sys.argv.pop(1))
    HEADERS = headers()
    unittest.main(verbosity=1)
