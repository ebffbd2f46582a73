"""Seeded faults must be faults: what the mutations do to a small file, and where they keep away from."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import mutate
import mutate_text

FILE = """#include <Python.h>
/* Py_BEGIN_ALLOW_THREADS in a comment */
#define PROJECT_BEGIN Py_BEGIN_ALLOW_THREADS
extern int work(const char *text);
static PyObject *
run(PyObject *self, PyObject *args)
{
    int rc;
    const char *text = "PyGILState_Ensure()";
    Py_BEGIN_ALLOW_THREADS
    rc = work(text);
    if (rc < 0) {
        Py_BLOCK_THREADS
        PyErr_Clear();
        Py_UNBLOCK_THREADS
    }
    Py_END_ALLOW_THREADS
    PyErr_SetNone(PyExc_OSError);
    if (rc)
        Py_DECREF(args);
    return NULL;
}
static void callback(void *data) {
    PyGILState_STATE state = PyGILState_Ensure();
    Py_DECREF((PyObject *)data);
    PyGILState_Release(state);
}
static int waits(void)
{
    PyThreadState *save = PyEval_SaveThread();
    int rc = work("");
    PyEval_RestoreThread(save);
    return rc;
}
"""


class Faults(unittest.TestCase):
    def setUp(self):
        self.source = mutate_text.Source(FILE)
        self.faults = mutate_text.seeded_faults(self.source, "seeded", False)

    def mutated(self, kind, line):
        return [mutate_text.apply(FILE, mutant, mutant.edits).split("\n")
                for mutant in self.faults if mutant.kind == kind and mutant.line == line]

    def test_functions(self):
        self.assertEqual([self.source.line(body) for _, body, _ in self.source.functions], [7, 23, 29])
        self.assertEqual([mutate_text.return_text(self.source, function) for function in self.source.functions],
                         ["return NULL;", "return;", "return 0;"])

    def test_comments_literals_and_directives_are_left_alone(self):
        self.assertFalse({2, 3, 9} & {mutant.line for mutant in self.faults})

    def test_no_line_moves(self):
        for mutant in self.faults:
            text = mutate_text.apply(FILE, mutant, mutant.edits)
            self.assertEqual(text.count("\n"), FILE.count("\n") + mutant.append.count("\n"), mutant)
            self.assertNotEqual(text, FILE)

    def test_deletions(self):
        self.assertEqual(self.mutated("delete-end", 17)[0][16].strip(), "}")
        self.assertEqual(self.mutated("delete-end", 32)[0][31].strip(), "(void)(save);")
        self.assertEqual(self.mutated("delete-block", 13)[0][12].strip(), "")
        self.assertEqual(self.mutated("delete-release", 26)[0][25].strip(), "(void)(state);")
        self.assertIn("= PyGILState_UNLOCKED;", self.mutated("drop-ensure", 24)[0][23])

    def test_deletions_know_their_partner(self):
        anchors = {(mutant.kind, mutant.line): mutant.anchors for mutant in self.faults}
        self.assertEqual(anchors["delete-end", 17], frozenset(range(6, 21)))
        self.assertEqual(anchors["delete-release", 26], frozenset(range(20, 32)))
        self.assertIn(15, anchors["delete-block", 13])

    def test_distance_is_counted_in_code(self):
        source = mutate_text.Source("a;\nb;\n\n/* why */\n{\nc;\nd;\n")
        self.assertEqual(source.around(2, 1), {1, 2, 3, 4, 5, 6})

    def test_a_call_is_moved_from_behind_the_region(self):
        moved = [lines for lines in self.mutated("move-api-call", 10) if "PyErr_SetNone" in lines[9]]
        self.assertEqual(moved[0][9].split(), ["Py_BEGIN_ALLOW_THREADS", "PyErr_SetNone(PyExc_OSError);"])
        self.assertEqual(moved[0][17].strip(), "")

    def test_a_conditional_statement_is_not_moved(self):
        self.assertFalse(any("Py_DECREF(args);" in lines[9] and "Py_DECREF" not in lines[19]
                             for lines in self.mutated("move-decref", 10)))

    def test_nothing_behind_a_block_macro(self):
        self.assertFalse([mutant for mutant in self.faults if mutant.line == 17 and mutant.kind != "delete-end"])

    def test_early_return(self):
        self.assertIn("if (seeded_c()) return NULL;", self.mutated("early-return", 10)[0][9])
        self.assertIn("if (seeded_c()) return 0;", self.mutated("early-return", 30)[0][29])

    def test_what_is_no_fault_is_not_seeded(self):
        def kinds(text):
            return {mutant.kind for mutant in mutate_text.seeded_faults(mutate_text.Source(text), "seeded", True)}

        guarded = kinds("void f() {\n  py::gil_scoped_release r;\n  work();\n}\n")
        self.assertIn("move-api-call", guarded)
        self.assertNotIn("early-return", guarded)
        ensured = "static void %s(void) {\n  PyGILState_STATE s = PyGILState_Ensure();\n  PyGILState_Release(s);\n}\n"
        self.assertIn("drop-ensure", kinds(ensured % "f"))
        self.assertEqual(kinds(ensured % "__Pyx_f"), set())

    def test_helper_in_this_and_in_another_file(self):
        helpers = [mutant for mutant in self.faults if mutant.kind == "helper-call" and mutant.line == 10]
        self.assertEqual(sorted((bool(mutant.append), bool(mutant.new_file)) for mutant in helpers), [(False, True), (True, False)])

    def test_refactorings(self):
        made = mutate_text.refactorings(self.source, "seeded")
        self.assertEqual({mutant.kind for mutant in made}, {"wrap-in-macro", "extract-helper"})
        wrapped = [mutate_text.apply(FILE, mutant, mutant.edits).split("\n")[mutant.line - 1].strip()
                   for mutant in made if mutant.kind == "wrap-in-macro"]
        self.assertIn("SEEDED_WRAP(PyErr_SetNone(PyExc_OSError));", wrapped)


class Counting(unittest.TestCase):
    def finding(self, line, message="m", notes=()):
        return {"check": "gilray-a", "severity": "error", "message": message, "file": "a.c", "line": line,
                "notes": [{"file": "a.c", "line": note, "message": ""} for note in notes], "fingerprint": str(line)}

    def test_only_new_findings_count(self):
        base = {"findings": [self.finding(5)]}
        self.assertEqual(mutate.new_findings(base, base), [])
        twice = {"findings": [self.finding(5), self.finding(5)]}
        self.assertEqual(len(mutate.new_findings(base, twice)), 1)

    def test_near(self):
        self.assertTrue(mutate.near(self.finding(5), "a.c", {4, 5}))
        self.assertFalse(mutate.near(self.finding(6), "a.c", {4, 5}))
        self.assertTrue(mutate.near(self.finding(90, notes=[4]), "a.c", {4, 5}))
        self.assertFalse(mutate.near(self.finding(5), "b.c", {4, 5}))

    def test_quotas_fill_up(self):
        self.assertEqual(mutate.quotas({"a": [0] * 2, "b": [0] * 50, "c": [0] * 50}, 22), {"a": 2, "b": 10, "c": 10})


if __name__ == "__main__":
    unittest.main()
