"""Faults of the group `validity`: what is seeded, that the right form differs, and that no line moves."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import mutate_text

FILE = """#include <Python.h>
typedef struct {
    PyObject_HEAD
    PyObject *log;
} Conn;
extern int work(void);
static PyObject *
run(Conn *self, PyObject *hook)
{
    int rc;
    rc = 1;
    Py_BEGIN_ALLOW_THREADS
    rc = work();
    Py_END_ALLOW_THREADS
    rc = 2;
    PyObject *made = NULL;
    made = PyObject_CallNoArgs(hook);
    return made;
}
"""


class Validity(unittest.TestCase):
    def setUp(self):
        source = mutate_text.Source(FILE)
        self.faults = mutate_text.seeded_faults(source, "seeded", False)
        self.right = mutate_text.refactorings(source, "seeded")

    def text(self, mutants, kind):
        return [mutate_text.apply(FILE, mutant, mutant.edits) for mutant in mutants if mutant.kind == kind]

    def test_every_kind_is_seeded_and_has_a_right_form(self):
        for wrong, right in (("borrow-across", "owned-across"), ("pointer-across", "owned-pointer"),
                             ("bytearray-across", "exported-bytearray"), ("borrow-across-call", "owned-across-call"),
                             ("tested-before", "tested-again")):
            self.assertEqual(len(self.text(self.faults, wrong)), 1, wrong)
            self.assertEqual(len(self.text(self.right, right)), 1, right)

    def test_the_reference_is_obtained_before_and_used_behind_the_region(self):
        lines = self.text(self.faults, "borrow-across")[0].split("\n")
        self.assertIn("PySys_GetObject", lines[11])
        self.assertIn("seeded_u(seeded_o)", lines[13])
        self.assertNotIn("INCREF", "".join(lines))
        self.assertIn("Py_XINCREF(seeded_o)", self.text(self.right, "owned-across")[0])

    def seeded(self, text, kind):
        return [fault for fault in mutate_text.seeded_faults(mutate_text.Source(text), "seeded", False) if fault.kind == kind]

    def test_calling_a_type_of_c_is_no_fault(self):
        for called in ("PyExc_OSError, ", "(PyObject *)&PyFloat_Type", "(PyObject *)(&Own_Type)"):
            text = FILE.replace("PyObject_CallNoArgs(hook)", f"PyObject_CallFunction({called.rstrip(', ')}, NULL)")
            self.assertEqual(self.seeded(text, "borrow-across-call"), [], called)

    def test_nothing_is_seeded_into_helpers_of_cython(self):
        self.assertEqual(self.seeded(FILE.replace("run(", "__Pyx_run("), "borrow-across-call"), [])

    def test_an_object_that_is_made_or_taken_apart_is_nobody_elses(self):
        for slot in ("PyType_Slot slots[] = {{Py_tp_dealloc, (void *)run}};", "PyTypeObject t = {.tp_init = (initproc)run};",
                     "PyTypeObject t = { run, /* tp_dealloc */ };", "PyTypeObject t = { (destructor)run, };"):
            self.assertEqual(self.seeded(FILE + slot, "tested-before"), [], slot)
        maker = "static PyObject *make(PyTypeObject *t)\n{\n Conn *self = (Conn *)t->tp_alloc(t, 0); return run(self, 0);\n}\n"
        self.assertEqual(self.seeded(FILE + "\n" + maker, "tested-before"), [])
        user = "static PyObject *use(Conn *self, PyObject *x)\n{\n return run(self, x);\n}\n"
        self.assertEqual(len(self.seeded(FILE + "\n" + maker + user, "tested-before")), 1)
        self.assertEqual(len(self.seeded(FILE + "PyMethodDef m[] = {{\"run\", (PyCFunction)run, METH_O, 0}};", "tested-before")), 1)

    def test_a_method_that_gives_the_field_up_is_added(self):
        self.assertIn("Py_CLEAR(((Conn *)o)->log)", self.text(self.faults, "tested-before")[0])

    def test_no_line_moves(self):
        for mutant in self.faults:
            text = mutate_text.apply(FILE, mutant, mutant.edits)
            self.assertEqual(text.count("\n"), FILE.count("\n") + mutant.append.count("\n"), mutant)


if __name__ == "__main__":
    unittest.main()
