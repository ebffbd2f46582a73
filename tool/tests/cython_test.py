#!/usr/bin/env python3
"""gilray check and readiness on .pyx files and folders, with the real Cython that test-corpus/reality/fetch_tools.py gets.

  cython_test.py GILRAY [unittest options]        exit status 77 without Cython
"""
import os
import shutil
import subprocess
import sys
import time
import unittest

import cli_test
from cli_test import ROOT, Case

CYTHON = os.path.join(ROOT, "build", "bindings", "cython")

GOOD = """\
    def add(int a, int b):
        return a + b
    """
BAD = """\
    cdef extern from "Python.h":
        int PyErr_CheckSignals() nogil

    def poll():
        with nogil:
            PyErr_CheckSignals()
    """


class Pyx(Case):
    def setUp(self):
        super().setUp()
        self.env["PATH"] = os.pathsep.join([self.tools(), "/usr/bin", "/bin"])

    def tools(self):
        """A folder for PATH with a program cython; says in calls.txt when it ran."""
        folder = os.path.join(self.dir, "tools")
        os.makedirs(folder, exist_ok=True)
        program = os.path.join(folder, "cython")
        with open(program, "w") as out:
            out.write(f"#!/bin/sh\necho \"$@\" >>'{self.dir}/calls.txt'\nPYTHONPATH='{CYTHON}' exec '{sys.executable}' -m cython \"$@\"\n")
        os.chmod(program, 0o755)
        return folder

    def calls(self):
        path = os.path.join(self.dir, "calls.txt")
        return open(path).read().splitlines() if os.path.exists(path) else []

    def test_lines_of_the_source(self):
        self.write("bad.pyx", BAD)
        out, err = self.run_gilray("check", "bad.pyx", expect=1)
        self.assertIn("bad.pyx:6: error: 'PyErr_CheckSignals' is called without an attached thread state", out)
        self.assertIn("    6 |         PyErr_CheckSignals()\n", out)
        self.assertIn("bad.pyx:5: note: the thread state is released", out)
        self.assertNotIn("__pyx", out)
        self.assertIn("1 file checked: 1 error,", err)
        self.assertEqual(sorted(name for name in os.listdir(self.dir) if name.startswith("bad")), ["bad.pyx"])

    def test_json_names_the_source(self):
        self.write("bad.pyx", BAD)
        found = self.findings("bad.pyx", expect=1)
        self.assertEqual([(f["file"], f["line"], f["function"]) for f in found["findings"]], [("bad.pyx", 6, "bad.poll")])

    def test_folder(self):
        self.write("src/good.pyx", GOOD)
        self.write("src/bad.pyx", BAD)
        self.write("src/also.c", cli_test.BAD)
        out, err = self.run_gilray("check", "src", expect=1)
        self.assertIn("src/bad.pyx:6: error: ", out)
        self.assertIn("src/also.c:5:5: error: ", out)
        self.assertIn("3 files checked: 2 errors,", err)

    def test_newer_c_is_taken_as_it_is(self):
        source = self.write("bad.pyx", BAD)
        subprocess.run([os.path.join(self.dir, "tools", "cython"), "bad.pyx"], cwd=self.dir, check=True, capture_output=True)
        os.unlink(os.path.join(self.dir, "calls.txt"))
        later = time.time() + 10
        os.utime(os.path.join(self.dir, "bad.c"), (later, later))
        out, _ = self.run_gilray("check", "bad.pyx", expect=1)
        self.assertIn("bad.pyx:6: error: ", out)
        self.assertEqual(self.calls(), [])
        os.utime(source, (later + 10, later + 10))  # changed since
        out, _ = self.run_gilray("check", "bad.pyx", expect=1)
        self.assertIn("bad.pyx:6: error: ", out)
        self.assertEqual(len(self.calls()), 1)

    def test_error_in_the_source(self):
        self.write("broken.pyx", "def f(:\n    pass\n")
        self.write("bad.pyx", BAD)
        out, err = self.run_gilray("check", "broken.pyx", "bad.pyx", expect=2)
        self.assertIn("'broken.pyx' was not checked: Cython says", err.replace(self.dir + "/", ""))
        self.assertIn("broken.pyx:1:6", err)
        self.assertIn("bad.pyx:6: error: ", out)  # the other file's findings survive

    def test_no_cython(self):
        self.write("src/bad.pyx", BAD)
        self.write("src/good.c", cli_test.GOOD)
        self.env["PATH"] = "/usr/bin:/bin"
        if shutil.which("cython", path=self.env["PATH"]):
            self.skipTest("a Cython is installed on this machine")
        _, err = self.run_gilray("check", "src/bad.pyx", expect=2)
        self.assertIn("there is no Cython on PATH; install it (pip install cython)", err)
        _, err = self.run_gilray("check", "src", expect=0)  # found, not named: the C is judged, and what is left is told
        self.assertIn("1 .pyx file was not checked", err)
        _, err = self.run_gilray("check", "src/bad.pyx", "--cython", "/nowhere/cython", expect=2)
        self.assertIn("there is no program '/nowhere/cython'", err)

    def test_cplusplus(self):
        self.write("mod.pyx", """\
            # distutils: language = c++
            from libcpp.vector cimport vector
            cdef extern from "Python.h":
                int PyErr_CheckSignals() nogil

            def poll():
                cdef vector[int] seen
                with nogil:
                    seen.push_back(1)
                    PyErr_CheckSignals()
            """)
        out, _ = self.run_gilray("check", "mod.pyx", expect=1)
        self.assertIn("mod.pyx:10: error: 'PyErr_CheckSignals'", out)
        self.assertIn("--cplus", self.calls()[0])

    def test_declarations_are_told_where_they_are(self):
        self.write("mod.pyx", "cdef int other\ncdef long counter\ndef f():\n    global counter\n    counter += 1\n")
        found = self.findings("mod.pyx", "--checks=gilray-mutable-global", expect=1)
        self.assertEqual([(f["file"], f["line"]) for f in found["findings"]], [("mod.pyx", 2)])
        out, _ = self.run_gilray("readiness", "mod.pyx", expect=0)
        self.assertIn("mod.pyx:2: global variable 'mod.counter'", out)

    def test_comments_silence(self):
        self.write("bad.pyx", BAD.replace("CheckSignals()\n    ", "CheckSignals()  # NOLINT(gilray-detached-api-call): tried\n    "))
        _, err = self.run_gilray("check", "bad.pyx", expect=0)
        self.assertIn("1 suppressed", err)
        self.write("good.pyx", GOOD.replace("a + b", "a + b  # NOLINT(gilray-detached-api-call)"))
        out, _ = self.run_gilray("check", "good.pyx", "--severity=note", "--checks=*,-gilray-static-*", expect=0)
        self.assertRegex(out, r"good.pyx:2:21: note: this NOLINT suppresses nothing; remove it \[gilray-unused-suppression\]")


if __name__ == "__main__":
    cli_test.GILRAY = os.path.abspath(sys.argv.pop(1))
    if not os.path.isdir(CYTHON):
        print("SKIPPED: no Cython below build/bindings; test-corpus/reality/fetch_tools.py fetches it")
        sys.exit(77)
    del Case
    unittest.main()
