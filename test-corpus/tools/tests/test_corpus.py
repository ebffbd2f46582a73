"""Tests for the tests: every hole that the corpus runner must not leave is a case here, run against a stand-in for gilray
that answers with a prepared report."""
import json
import os
import stat
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import corpus_headers
import corpus_language as language
import run_corpus

MATRIX = [language.Cell(text, language.version(text), variant)
          for text in ("3.9", "3.11", "3.13", "3.15") for variant in ("gil", "limited", "nogil")
          if variant != "nogil" or text >= "3.13"]
CHECKS = {"gilray-a", "gilray-b"}
STAND_IN = """#!{python}
import json, os, sys
source = [word for word in sys.argv[: sys.argv.index("--")] if word.endswith((".c", ".cpp"))]
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "report.json")) as stream:
    report = json.load(stream)
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "calls"), "a") as stream:
    stream.write(" ".join(sys.argv[1:]) + "\\n")
for part in report["findings"] + report["incomplete"]:
    part["file"] = os.path.relpath(os.path.join(os.path.dirname(source[0]), part["file"]))
print(json.dumps(report))
"""


def finding(line, check="gilray-a", message="the message", severity="error", file="case.c", notes=()):
    return {"check": check, "severity": severity, "message": message, "file": file, "line": line,
            "notes": [{"message": note, "file": file, "line": line} for note in notes]}


class Runner(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.gilray = os.path.join(self.folder.name, "gilray")
        with open(self.gilray, "w", encoding="utf-8") as out:
            out.write(STAND_IN.format(python=sys.executable))
        os.chmod(self.gilray, os.stat(self.gilray).st_mode | stat.S_IXUSR)

    def tearDown(self):
        self.folder.cleanup()

    def write(self, name, *lines):
        path = os.path.join(self.folder.name, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as out:
            out.write("\n".join(lines) + "\n")
        return path

    def run_lines(self, *lines, findings=(), incomplete=(), full=False, needs=None, matrix=MATRIX, libraries=None):
        path = self.write("case.c", *lines)
        self.write("report.json", json.dumps({"findings": list(findings), "incomplete": list(incomplete), "files": []}))
        return run_corpus.run_case(path, self.gilray, matrix, needs or {}, full, CHECKS, libraries)

    def fails_with(self, text, *lines, **report):
        failures, _, _ = self.run_lines(*lines, **report)
        self.assertTrue(any(text in line for line in failures), failures)

    def passes(self, *lines, **report):
        failures, remarks, ran = self.run_lines(*lines, **report)
        self.assertEqual(failures, [])
        return remarks, ran

    # ---- what holds

    def test_met_expectation(self):
        _, ran = self.passes("// corpus: check=gilray-a", "x(); // expect: gilray-a \"message\"", findings=[finding(2)])
        self.assertEqual(ran, 3)

    def test_text_in_a_note(self):
        self.passes("// corpus:", 'x(); // expect: gilray-a "came from here"', findings=[finding(2, notes=["it came from here"])])

    def test_two_on_one_line(self):
        self.passes("// corpus:", "x(); // expect: gilray-a  // expect: gilray-b",
                    findings=[finding(2), finding(2, "gilray-b")])

    def test_offset(self):
        self.passes("// corpus:", "// expect@+1: gilray-a", "x();", findings=[finding(3)])

    def test_ok_without_finding(self):
        self.passes("// corpus: check=gilray-a", "x(); // ok: gilray-a  held by the caller")

    def test_notes_do_not_count_unless_asked(self):
        self.passes("// corpus:", "x(); // ok: gilray-a", findings=[finding(2, severity="note")])
        self.fails_with("contradicts", "// corpus: severity=note", "x(); // ok: gilray-a", findings=[finding(2, severity="note")])

    def test_known_wrong_is_printed(self):
        remarks, _ = self.passes("// corpus:", "x(); // xfail: gilray-a not followed through casts")
        self.assertEqual(len(remarks), 1)
        self.assertIn("known wrong", remarks[0])
        remarks, _ = self.passes("// corpus:", "x(); // xfail-ok: gilray-a loop bound unknown", findings=[finding(2)])
        self.assertIn("known wrong", remarks[0])

    def test_declared_incomplete(self):
        self.passes("// corpus:", 'void f() {} // expect-incomplete: "setjmp"',
                    incomplete=[{"file": "case.c", "line": 2, "reason": "no setjmp seen", "function": "f"}])

    def test_condition_brings_its_own_cell(self):
        _, ran = self.passes("// corpus:", "x(); // expect(py==3.11): gilray-a", "y(); // ok: gilray-b",
                             matrix=[cell for cell in MATRIX if cell.version == (3, 11)], findings=[finding(2)])
        self.assertEqual(ran, 1)
        path = self.write("case.c", "// corpus:", "x(); // ok(py==3.11): gilray-a")
        chosen, never = run_corpus.Case(path).cells(MATRIX, False)
        self.assertIn("3.11", [str(cell) for cell in chosen])
        self.assertEqual(never, [])

    def test_cells(self):
        path = self.write("case.c", "// corpus: py=3.11..", "x(); // ok: gilray-a")
        case = run_corpus.Case(path)
        self.assertEqual([str(cell) for cell in case.cells(MATRIX, False)[0]], ["3.11", "3.15", "3.15-nogil"])
        self.assertEqual([str(cell) for cell in case.cells(MATRIX, True)[0]],
                         ["3.11", "3.13", "3.13-nogil", "3.15", "3.15-nogil"])
        path = self.write("case.c", "// corpus: variants=limited flags=\"-DA -DB\" std=c11", "x(); // ok: gilray-a")
        case = run_corpus.Case(path)
        self.assertEqual(case.flags(MATRIX[-2], {})[-3:], ["-DPy_LIMITED_API=0x030f0000", "-DA", "-DB"])

    def test_directory_is_one_run(self):
        self.write("case.d/a.c", "// corpus: check=gilray-a", "x(); // expect: gilray-a")
        path = os.path.dirname(self.write("case.d/b.c", "y(); // ok: gilray-a"))
        self.write("report.json", json.dumps({"findings": [finding(2, file="a.c")], "incomplete": [], "files": []}))
        failures, _, ran = run_corpus.run_case(path, self.gilray, MATRIX, {}, False, CHECKS)
        self.assertEqual((failures, ran), ([], 3))
        with open(os.path.join(self.folder.name, "calls"), encoding="utf-8") as stream:
            self.assertRegex(stream.readline(), r"case\.d/a\.c \S*case\.d/b\.c --")

    # ---- what must fail

    def test_unexpected_finding(self):
        self.fails_with("unexpected", "// corpus:", "x(); // ok: gilray-b", findings=[finding(2)])

    def test_finding_that_contradicts_ok(self):
        self.fails_with("contradicts", "// corpus:", "x(); // ok: gilray-a  held", findings=[finding(2)])

    def test_missing_finding(self):
        self.fails_with("missing", "// corpus:", "x(); // expect: gilray-a")

    def test_wrong_line(self):
        self.fails_with("missing", "// corpus:", "x(); // expect: gilray-a", findings=[finding(3)])

    def test_wrong_text(self):
        self.fails_with("missing; the finding here says", "// corpus:", 'x(); // expect: gilray-a "other"', findings=[finding(2)])

    def test_one_finding_for_two_expectations(self):
        self.fails_with("missing", "// corpus:", "x(); // expect: gilray-a // expect: gilray-a", findings=[finding(2)])

    def test_undeclared_incomplete(self):
        self.fails_with("not judged", "// corpus:", "x(); // ok: gilray-a",
                        incomplete=[{"file": "case.c", "line": 2, "reason": "compile error", "function": "f"}])

    def test_undeclared_compile_errors(self):
        error = {"file": "case.c", "line": 0, "reason": "2 compile errors"}
        self.fails_with("2 compile errors", "// corpus:", "x(); // ok: gilray-a", incomplete=[error])
        self.passes("// corpus: errors=yes", "x(); // ok: gilray-a", incomplete=[error])

    def test_no_annotation(self):
        self.fails_with("neither expect nor ok", "// corpus: check=gilray-a", "x();")

    def test_no_header(self):
        self.fails_with("no '// corpus:' line", "x(); // ok: gilray-a")

    def test_unknown_header_key(self):
        self.fails_with("unknown part", "// corpus: chekc=gilray-a", "x(); // ok: gilray-a")

    def test_misspelt_annotation(self):
        for typo in ("// expect : gilray-a", "// expects: gilray-a", "// expect(nogill): gilray-a", "// expect: the finding",
                     "// ok gilray-a(x): y", "// expect@: gilray-a"):
            if typo.startswith("// ok gilray"):
                continue  # plain prose
            with self.subTest(typo):
                failures, _, _ = self.run_lines("// corpus:", "x(); " + typo, "y(); // ok: gilray-a")
                self.assertTrue(failures)

    def test_unknown_check(self):
        self.fails_with("there is no check gilray-c", "// corpus: check=gilray-c", "x(); // ok: gilray-a")

    def test_annotation_that_never_applies(self):
        self.fails_with("applied in no cell", "// corpus: py=3.9..3.12", "x(); // expect(py>=3.13): gilray-a", "y(); // ok: gilray-a")

    def test_xfail_without_reason(self):
        self.fails_with("needs a reason", "// corpus:", "x(); // xfail: gilray-a")

    def test_xfail_that_works_now(self):
        self.fails_with("is found now", "// corpus:", "x(); // xfail: gilray-a deep chain", findings=[finding(2)])
        self.fails_with("no longer found", "// corpus:", "x(); // xfail-ok: gilray-a deep chain")

    def test_no_report(self):
        path = self.write("case.c", "// corpus:", "x(); // ok: gilray-a")
        self.write("report.json", "not JSON")
        failures, _, _ = run_corpus.run_case(path, self.gilray, MATRIX, {}, False, CHECKS)
        self.assertTrue(any("no JSON" in line for line in failures), failures)

    # ---- what is skipped is said

    def test_missing_headers(self):
        failures, remarks, ran = self.run_lines("// corpus: py=2.7..2.7", "x(); // ok: gilray-a")
        self.assertEqual((failures, ran), ([], 0))
        self.assertTrue(remarks[0].startswith("skipped cell: "), remarks)

    def test_missing_library(self):
        failures, remarks, ran = self.run_lines("// corpus: needs=boost", "x(); // ok: gilray-a")
        self.assertEqual((failures, ran), ([], 0))
        self.assertIn("boost", remarks[0])

    # ---- versions of libraries

    VERSIONS = {"pybind11": [language.Library("pybind11", (3, 1), ("new",)), language.Library("pybind11", (2, 13), ("old",), (3, 11))]}

    def calls(self):
        with open(os.path.join(self.folder.name, "calls"), encoding="utf-8") as stream:
            return stream.read().splitlines()

    def with_versions(self, *lines, **report):
        return self.passes(*lines, needs={"pybind11": ["new"]}, libraries=self.VERSIONS, **report)

    def test_previous_version_with_the_newest_python_it_knows(self):
        _, ran = self.with_versions("// corpus: needs=pybind11 variants=gil", "x(); // ok: gilray-a")
        self.assertEqual(ran, 3)
        self.assertEqual([("-isystem old" in call, "-isystem new" in call) for call in self.calls()],
                         [(False, True), (False, True), (True, False)])

    def test_wanted_version(self):
        _, ran = self.with_versions("// corpus: needs=pybind11>=3 variants=gil", "x(); // ok: gilray-a")
        self.assertEqual(ran, 2)
        _, ran = self.with_versions("// corpus: needs=pybind11<3 variants=gil", "x(); // ok: gilray-a")
        self.assertEqual(ran, 1)

    def test_condition_on_a_version(self):
        self.fails_with("(only with 3.11 pybind11 2.13)", "// corpus: needs=pybind11", "x(); // expect(pybind11<3): gilray-a",
                        "y(); // ok: gilray-a", needs={"pybind11": ["new"]}, libraries=self.VERSIONS)
        self.with_versions("// corpus: needs=pybind11", "x(); // expect(pybind11>=1): gilray-a", findings=[finding(2)])

    def test_condition_on_a_version_that_is_not_there(self):
        remarks, _ = self.with_versions("// corpus: needs=pybind11", "x(); // expect(pybind11<2): gilray-a", "y(); // ok: gilray-a")
        self.assertIn("no headers for (pybind11<2)", remarks[0])

    def test_condition_without_headers_here(self):
        remarks, _ = self.passes("// corpus:", "x(); // expect(py==3.12): gilray-a", "y(); // ok: gilray-a")
        self.assertIn("no Python headers for (py==3.12)", remarks[0])


class Headers(unittest.TestCase):
    def test_matrix_is_sorted_and_views_fit(self):
        cells = corpus_headers.matrix()
        self.assertEqual([cell.version for cell in cells], sorted(cell.version for cell in cells))
        for cell in cells:
            self.assertTrue(cell.variant != "nogil" or cell.version >= (3, 13), cell)


if __name__ == "__main__":
    unittest.main()
