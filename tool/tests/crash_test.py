#!/usr/bin/env python3
"""A crash of gilray itself, after parsing: it costs a function, a check or a file, never the rest, and is never silent.

  crash_test.py GILRAY [unittest options]

GILRAY_TEST_CRASH makes the engine crash for real; see docs/dev/testing.md.
"""
import json
import os
import sys
import unittest

import cli_test

ONE = """\
#include <Python.h>
PyObject *first(PyObject *self, PyObject *args)
{
    Py_BEGIN_ALLOW_THREADS
    Py_INCREF(self);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
PyObject *second(PyObject *self, PyObject *args)
{
    Py_BEGIN_ALLOW_THREADS
    Py_INCREF(args);
    if (args == NULL)
        return NULL;
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
"""
# The object is only touched detached because of the caller in the other file.
HELPER = """\
#include <Python.h>
void helper(PyObject *o) { Py_INCREF(o); }
"""
CALLER = """\
#include <Python.h>
void helper(PyObject *o);
PyObject *caller(PyObject *self, PyObject *args)
{
    Py_BEGIN_ALLOW_THREADS
    helper(self);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
PyObject *leaver(PyObject *self, PyObject *args)
{
    Py_BEGIN_ALLOW_THREADS
    if (args == NULL)
        return NULL;
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
"""
CALL, ESCAPE = "gilray-detached-api-call", "gilray-region-escape"


class Crashes(cli_test.Case):
    def judge(self, crash, *args, expect=2):
        """(findings as (file, line, check), incomplete as (file, function, reason), standard error)"""
        env = {"GILRAY_TEST_CRASH": crash} if crash else {}
        out, err = self.run_gilray("check", "--format=json", *args, expect=expect, env=env)
        report = json.loads(out)
        self.assertEqual(report["successful"], expect != 2)
        return ([(f["file"], f["line"], f["check"]) for f in report["findings"]],
                [(i["file"], i["function"], i["reason"]) for i in report["incomplete"]], err)

    def test_without_a_crash(self):
        self.write("one.c", ONE)
        found, missing, _ = self.judge(None, "one.c", expect=1)
        self.assertEqual(found, [("one.c", 5, CALL), ("one.c", 12, CALL), ("one.c", 14, ESCAPE)])
        self.assertEqual(missing, [])

    def test_a_function(self):
        self.write("one.c", ONE)
        for how in ("abort", "segv", "overflow"):
            with self.subTest(how=how):
                found, missing, err = self.judge(how + ":function:first", "one.c")
                self.assertEqual(found, [("one.c", 12, CALL), ("one.c", 14, ESCAPE)])
                self.assertEqual(missing, [("one.c", "first", "gilray crashed in this function")])
                self.assertIn("error: gilray crashed in function 'first' at one.c:2, which is left out", err)
                self.assertIn("please report it", err)
                self.assertIn("`exclude: [one.c]`", err)

    def test_several_functions(self):
        self.write("one.c", ONE)
        found, missing, _ = self.judge("abort:function:first,overflow:function:second", "one.c")
        self.assertEqual(found, [])
        self.assertEqual([function for _, function, _ in missing], ["first", "second"])

    def test_a_callee_is_unknown_to_its_callers(self):
        self.write("helper.c", HELPER)
        self.write("caller.c", CALLER)
        found, missing, _ = self.judge("segv:function:helper", "helper.c", "caller.c")
        self.assertEqual(found, [("caller.c", 14, ESCAPE)])
        self.assertEqual([function for _, function, _ in missing], ["helper"])

    def test_a_callee_that_attaches_is_no_false_finding(self):
        self.write("attach.c", """\
            #include <Python.h>
            static PyThreadState *leave(void) { return PyEval_SaveThread(); }
            static void back(PyThreadState *saved) { PyEval_RestoreThread(saved); }
            PyObject *use(PyObject *self, PyObject *args)
            {
                PyThreadState *saved = leave();
                back(saved);
                Py_INCREF(self);
                return self;
            }
            """)
        found, missing, _ = self.judge("abort:function:back", "attach.c")
        self.assertEqual(found, [])
        self.assertEqual([function for _, function, _ in missing], ["back"])

    def test_recursion(self):
        self.write("rounds.c", ONE + """\
            static void odd(PyObject *o, int n);
            static void even(PyObject *o, int n)
            {
                Py_BEGIN_ALLOW_THREADS
                Py_END_ALLOW_THREADS
                if (n) odd(o, n - 1);
            }
            static void odd(PyObject *o, int n) { if (n) even(o, n - 1); }
            PyObject *enter(PyObject *self, PyObject *args) { even(self, 3); Py_RETURN_NONE; }
            """)
        found, missing, _ = self.judge("overflow:function:odd", "rounds.c")
        self.assertEqual(len(found), 3)
        self.assertEqual([function for _, function, _ in missing], ["odd"])

    def test_a_check(self):
        # A comment that silences a finding of the check which crashed is not unused.
        self.write("one.c", ONE.replace("Py_INCREF(self);", f"Py_INCREF(self); // NOLINT({CALL})"))
        for how in ("abort", "segv", "overflow"):
            with self.subTest(how=how):
                found, missing, err = self.judge(how + ":check:detached-api-call", "one.c", "--severity=note")
                self.assertEqual(found, [("one.c", 14, ESCAPE)])
                self.assertEqual(missing, [("one.c", "", f"check {CALL} crashed")])
                self.assertIn(f"error: check '{CALL}' crashed, and its findings are missing", err)
                self.assertIn(f"'--checks=-{CALL}'", err)
        found, _, _ = self.judge("abort:check:detached-api-call", "one.c", f"--checks=-{CALL}", expect=1)
        self.assertEqual(found, [("one.c", 14, ESCAPE)])

    def test_every_check(self):
        self.write("one.c", ONE)
        found, missing, err = self.judge("segv:check:*", "one.c")
        self.assertEqual(found, [])
        checks = self.run_gilray("list", expect=0)[0].count("gilray-")
        self.assertEqual(len(missing), err.count("error: check 'gilray-"))
        self.assertGreater(len(missing), 1)
        self.assertLessEqual(len(missing), checks)

    def test_linking(self):
        self.write("caller.c", CALLER)
        self.write("helper.c", HELPER)
        found, _, _ = self.judge(None, "caller.c", "helper.c", expect=1)
        self.assertEqual(len(found), 2)
        found, missing, err = self.judge("segv:link:caller.c+helper.c", "caller.c", "helper.c")
        self.assertEqual(found, [("caller.c", 14, ESCAPE)])
        self.assertEqual([file for file, _, _ in missing], ["caller.c", "helper.c"])
        self.assertIn("error: gilray crashed on all files together, so each was judged alone", err)

    def test_a_file(self):
        self.write("caller.c", CALLER)
        self.write("helper.c", HELPER)
        crash = "abort:link:caller.c+helper.c,overflow:link:helper.c"
        found, missing, err = self.judge(crash, "caller.c", "helper.c")
        self.assertEqual(found, [("caller.c", 14, ESCAPE)])
        self.assertIn(("helper.c", "", "gilray crashed in this file"), missing)
        self.assertIn("error: gilray crashed in 'helper.c', which is left out", err)

    def test_crashes_everywhere_end(self):
        self.write("many.c", "#include <Python.h>\n" + "".join(
            f"PyObject *f{n}(PyObject *s, PyObject *a) {{ Py_BEGIN_ALLOW_THREADS Py_END_ALLOW_THREADS return s; }}\n"
            for n in range(30)))
        self.write("helper.c", HELPER)
        found, missing, _ = self.judge("abort:function:*", "many.c", "helper.c")
        self.assertEqual(found, [])
        self.assertIn(("many.c", "", "gilray crashed in this file"), missing)

    def test_the_same_for_every_number_of_jobs(self):
        self.write("caller.c", CALLER)
        self.write("one.c", ONE)
        runs = [self.judge("segv:function:first,abort:check:region-escape", "caller.c", "one.c", "-j", jobs)[:2]
                for jobs in ("1", "4")]
        self.assertEqual(runs[0], runs[1])


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    cli_test.GILRAY = os.path.abspath(sys.argv.pop(1))
    unittest.main()
