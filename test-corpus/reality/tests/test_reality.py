"""The tables of the cases, the comparison with gilray's prediction, the list of interpreters; no compiler and no network."""
import importlib.util
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import textwrap
import unittest

REALITY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROVIDE = os.path.join(REALITY, os.pardir, "interpreters", "provide.sh")
sys.path.insert(0, REALITY)
import build
import cases
import prediction
import reality

OLD = {"id": "3.12", "version": "3.12", "gil": True}
NEW = {"id": "3.14", "version": "3.14", "gil": True}
FREE = {"id": "3.14t", "version": "3.14", "gil": False}
WARNING = "The global interpreter lock (GIL) has been enabled to load module 'x'"


def seen(outcome="ok", text="", gil=None, warnings=()):
    result = {"outcome": outcome, "text": text, "warnings": list(warnings)}
    return result if gil is None else {**result, "gil": gil}


class Tables(unittest.TestCase):
    def case(self, text):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = os.path.join(folder.name, "x.c")
        with open(path, "w", encoding="utf-8") as out:
            out.write(textwrap.dedent(text))
        return cases.Case(path)

    def complaint(self, row, observed):
        return cases.Row("x.c:1", row).complaint(observed)

    def test_last_row_that_holds_counts(self):
        case = self.case("""\
            // reality: something
            //   *                          ok
            //   main    nogil, py>=3.14    ok, turns the GIL on
            //   own-gil  py>3.12           ImportError "no"
            """)
        self.assertEqual(case.expectation("main", NEW).gil, None)
        self.assertEqual(case.expectation("main", FREE).gil, True)
        self.assertEqual(case.expectation("own-gil", OLD).outcome, "ok")
        self.assertEqual(case.expectation("own-gil", NEW).outcome, "ImportError")
        self.assertIsNone(case.expectation("build", NEW))

    def test_only_and_needs(self):
        case = self.case("// reality: x\n// needs: pybind11\n// only: py>=3.13, gil\n// only: py==3.12\n//   main  ok\n")
        self.assertEqual(case.needs, "pybind11")
        self.assertEqual([case.concerns(item) for item in (OLD, NEW, FREE)], [True, True, False])

    def test_refused(self):
        for text in ("// reality: x\n", "//   main  ok\n", "// reality: x\n//   mian  ok\n", "// reality: x\n//   main  pi>3.1  ok\n",
                     "// reality: x\n//   main  ok, turns it on\n", "// reality: x\n//   build  ok\n", "// reality: x\n//   main ok\n"):
            with self.assertRaises(cases.CaseError, msg=text):
                self.case(text)

    def test_outcomes(self):
        self.assertIsNone(self.complaint("main  ok", seen()))
        self.assertIsNone(self.complaint('main  ok "a"', seen(text="bar")))
        self.assertIn("expected ok", self.complaint('main  ok "a"', seen(text="b")))
        self.assertIn("expected ok", self.complaint("main  ok", seen("crash", "SIGSEGV")))
        self.assertIn("ImportError", self.complaint('main  ImportError "x y"', seen("ImportError", "other")))
        self.assertIsNone(self.complaint('main  anything "because"', seen("crash")))

    def test_gil_and_its_warning_belong_together(self):
        on, off = "main  ok, turns the GIL on", "main  ok, keeps the GIL off"
        self.assertIsNone(self.complaint(on, seen(gil=True, warnings=[WARNING])))
        self.assertIn("RuntimeWarning", self.complaint(on, seen(gil=True)))
        self.assertIn("turns the GIL on", self.complaint(on, seen(gil=False)))
        self.assertIsNone(self.complaint(off, seen(gil=False)))
        self.assertIn("keeps the GIL off", self.complaint(off, seen(gil=True, warnings=[WARNING])))

    def test_all_cases_can_be_read(self):
        self.assertGreater(len(cases.load()), 30)
        with self.assertRaises(cases.CaseError):
            cases.load(["no_such_case"])

    def test_every_cell_has_a_row(self):
        for case in cases.load():
            for minor in range(9, 16):
                for gil in (True, False) if minor >= 13 else (True,):
                    item = {"version": f"3.{minor}", "gil": gil, "subinterpreters": "own-gil" if minor >= 12 else "shared-gil"}
                    if case.concerns(item) and not case.expectation("build", item):
                        for mode in reality.modes(item):
                            self.assertIsNotNone(case.expectation(mode, item), f"{case.name} {item} {mode}")

    def test_comment_at_the_top_is_not_compiled_again(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "x.c")
            texts = []
            for header in ("// reality: a\n", "// reality: b\n//   main  ok\n"):
                with open(path, "w", encoding="utf-8") as out:
                    out.write(header + "int x; // kept\n")
                texts.append(build.code(path))
            self.assertEqual(texts, [b"int x; // kept\n"] * 2)


class Prediction(unittest.TestCase):
    def module(self, goal, verdict, python="3.14"):
        return [{"name": "m", "form": "multi-phase", "goals": [{"goal": goal, "verdict": verdict, "python": python}]}]

    def disagreements(self, goal, verdict, interpreter=NEW, python="3.14", **observed):
        return prediction.disagreements(self.module(goal, verdict, python), interpreter, {"main": seen(), **observed})

    def test_own_gil(self):
        refused = {"own-gil": seen("ImportError", "does not support")}
        accepted = {"own-gil": seen()}
        for verdict, says in (("declared", True), ("contradicted", True), ("earned", False), ("blocked", False)):
            self.assertEqual(bool(self.disagreements("own-gil", verdict, **accepted)), not says, verdict)
            self.assertEqual(bool(self.disagreements("own-gil", verdict, **refused)), says, verdict)
        self.assertFalse(self.disagreements("own-gil", "unknown", **refused))

    def test_free_threading_is_about_the_lock(self):
        on, off = {"main": seen(gil=True)}, {"main": seen(gil=False)}
        self.assertTrue(self.disagreements("free-threading", "declared", FREE, "3.14t", **on))
        self.assertFalse(self.disagreements("free-threading", "declared", FREE, "3.14t", **off))
        self.assertTrue(self.disagreements("free-threading", "blocked", FREE, "3.14t", **off))

    def test_shared_gil_is_the_default(self):
        self.assertFalse(self.disagreements("shared-gil", "earned", checked=seen()))
        self.assertTrue(self.disagreements("shared-gil", "declared", checked=seen("ImportError")))

    def test_what_does_not_load_and_other_versions_are_not_compared(self):
        observed = {"own-gil": seen("SystemError"), "main": seen("SystemError")}
        self.assertFalse(self.disagreements("own-gil", "declared", **observed))
        self.assertFalse(self.disagreements("own-gil", "declared", python="3.13", **{"own-gil": seen("ImportError")}))


class Interpreters(unittest.TestCase):
    ANSWER = ('{"implementation": "cpython", "version": "3.77", "release": "3.77.1", "include": "%s", "ext_suffix": ".so", "gil": false, '
              '"subinterpreters": "own-gil", "debug": false, "sanitizer": "thread"}')

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.binaries = os.path.join(self.folder.name, "python3.77t", "bin")
        os.makedirs(self.binaries)
        open(os.path.join(self.binaries, "Python.h"), "w").close()
        path = os.path.join(self.binaries, "python3.77t")
        with open(path, "w", encoding="utf-8") as out:
            out.write("#!/bin/sh\ncat <<END\n" + self.ANSWER % self.binaries + "\nEND\n")
        os.chmod(path, stat.S_IRWXU)
        old = os.environ.get("GILRAY_INTERPRETERS_DIR")
        os.environ["GILRAY_INTERPRETERS_DIR"] = self.folder.name
        self.addCleanup(lambda: os.environ.pop("GILRAY_INTERPRETERS_DIR") if old is None
                        else os.environ.__setitem__("GILRAY_INTERPRETERS_DIR", old))

    def finished(self):
        with open(os.path.join(self.folder.name, "python3.77t", "origin"), "w", encoding="utf-8") as out:
            out.write("made by hand\n")

    def found(self):
        return [item for item in reality.registry().interpreters() if item["version"] == "3.77"]

    def test_half_made_is_not_listed(self):
        self.assertEqual(self.found(), [])
        self.finished()
        (item,) = self.found()
        self.assertEqual((item["id"], item["origin"], item["gil"]), ("3.77t-tsan", "made by hand", False))

    @unittest.skipUnless(shutil.which("apt-get") and shutil.which("flock"), "needs Debian")
    def test_provide_skips_what_is_there_and_refuses_other_names(self):
        self.finished()
        done = subprocess.run(["sh", PROVIDE, "3.77t"], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout), (0, "3.77t: already there\n"))
        done = subprocess.run(["sh", PROVIDE, "3.77t", "../x"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("../x: not a name like", done.stdout)
        self.assertIn("could not get: ../x", done.stdout)


if __name__ == "__main__":
    unittest.main()
