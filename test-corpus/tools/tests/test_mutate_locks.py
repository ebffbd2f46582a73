"""Faults in the use of locks must be faults: what the mutations do to a small file, and where they keep away from."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import mutate_locks
import mutate_text
import mutate_threads

FILE = """#include <Python.h>
static void twice(Conn *c)
{
    pthread_mutex_lock(&c->rows);
    pthread_mutex_lock(&c->cells);
    c->n++;
    pthread_mutex_unlock(&c->cells);
    pthread_mutex_unlock(&c->rows);
}
static void again(Conn *c)
{
    pthread_mutex_lock(&c->rows);
    pthread_mutex_lock(&c->cells);
    if (c->n)
        pthread_mutex_unlock(&c->cells);
    else
        pthread_mutex_unlock(&c->cells);
    pthread_mutex_unlock(&c->rows);
}
static int guarded(PyObject *op)
{
    int n;
    Py_BEGIN_CRITICAL_SECTION(op);
    n = 1; /* pthread_mutex_lock(&c->rows); */
    Py_END_CRITICAL_SECTION();
    return n;
}
static void other_order(Conn *c)
{
    PyThread_acquire_lock(c->first, WAIT_LOCK);
    PyThread_acquire_lock(c->second, 1);
    PyThread_release_lock(c->second);
    PyThread_release_lock(c->first);
    PyThread_acquire_lock(c->tried, 0);
}
"""


def lines(kind):
    source = mutate_text.Source(FILE)
    return [mutant.line for mutant in mutate_locks.seeded_faults(source) if mutant.kind == kind]


def borrowed(source):
    return [mutant.line for mutant in mutate_threads.seeded_faults(source, [source])]


class Locks(unittest.TestCase):
    def test_each_lock_that_is_given_back(self):
        self.assertEqual(lines("drop-lock"), [4, 5, 12, 13, 30, 31])

    def test_each_unlock(self):
        self.assertEqual(sorted(set(lines("drop-unlock"))), [7, 8, 15, 17, 18, 32, 33])

    def test_swapped_only_where_others_keep_the_order(self):
        self.assertEqual(lines("swap-locks"), [4, 12])

    def test_sections_go_with_their_end(self):
        source = mutate_text.Source(FILE)
        mutant = next(mutant for mutant in mutate_locks.seeded_faults(source) if mutant.kind == "drop-section")
        text = mutate_text.apply(FILE, mutant, mutant.edits)
        self.assertNotIn("CRITICAL_SECTION", text)
        self.assertEqual(text.count("\n"), FILE.count("\n"))

    def test_the_partner_is_as_good_a_place(self):
        source = mutate_text.Source(FILE)
        mutant = next(mutant for mutant in mutate_locks.seeded_faults(source) if mutant.kind == "drop-unlock" and mutant.line == 8)
        self.assertIn(4, mutant.anchors)

    def test_helpers_take_and_release(self):
        source = mutate_text.Source(FILE)
        found = mutate_locks.refactorings(source, "x")
        self.assertTrue(found)
        text = mutate_text.apply(FILE, found[0], found[0].edits)
        self.assertIn("_in(&c->rows)", text)
        self.assertIn("_out(&c->rows)", text)

    def test_an_unlock_belongs_to_the_last_lock_before_it(self):
        source = mutate_text.Source("""static int f(Conn *c)
{
    CONN_LOCK(c);
    if (c->closed)
        goto error;
    CONN_UNLOCK(c);
    int n = work(c);
    int m = work(c);
    int k = work(c);
    CONN_LOCK(c);
    c->n = n + m + k;
error:
    CONN_UNLOCK(c);
    return 0;
}
""")
        dropped = {mutant.line: mutant.anchors for mutant in mutate_locks.seeded_faults(source) if mutant.kind == "drop-unlock"}
        self.assertEqual(sorted(dropped), [6, 13])
        self.assertIn(3, dropped[6])
        self.assertIn(10, dropped[13])
        self.assertNotIn(3, dropped[13])

    def test_functions_that_nobody_names_are_dead(self):
        source = mutate_text.Source("""static int used(int n)
{
    return n;
}
int flush(int n)
{
    return n ? flush(n - 1) : used(n);
}
static int (*table[])(int) = {
    kept,
};
int kept(int n)
{
    return n;
}
""")
        header = mutate_text.Source("int flush(int n);\nint kept(int n);\n")
        self.assertEqual([mutate_locks.is_dead(name, [source, header]) for name in ("used", "flush", "kept")], [False, True, False])

    def test_borrowing_what_nobody_else_has_is_no_fault(self):
        source = mutate_text.Source("""static int f(PyObject *self, PyObject *kwds)
{
    PyDict_GetItemRef(kwds, key, &value);
    PyDict_GetItemRef(self->names, key, &value);
    Py_BEGIN_CRITICAL_SECTION(self->names);
    PyDict_GetItemRef(self->names, key, &value);
    Py_END_CRITICAL_SECTION();
    PyDict_GetItemRef(self->names, key, &value);
}
""")
        self.assertEqual(borrowed(source), [4])

    def test_borrowing_from_another_container_is_another_fault(self):
        source = mutate_text.Source("""static int f(PyObject *self)
{
    PyDict_GetItemRef(self->names, key, &value);
    PyDict_GetItemRef(self->names, other, &value);
    PyDict_GetItemRef(self->sizes, key, &value);
}
static int g(PyObject *self)
{
    PyDict_GetItemRef(self->names, key, &value);
}
""")
        self.assertEqual(borrowed(source), [3, 5, 9])

    def test_borrowing_under_a_lock_of_all_callers_is_no_fault(self):
        text = """static int f(PyObject *key)
{
    return PyDict_GetItemRef(cache, key, &value);
}
static int g(PyObject *self)
{
    LOCK_CACHE();
    int n = f(self);
    UNLOCK_CACHE();
    return n;
}
"""
        self.assertEqual(borrowed(mutate_text.Source(text)), [])
        self.assertEqual(borrowed(mutate_text.Source(text + "static int h(PyObject *self)\n{\n    return f(self);\n}\n")), [3])

    def test_borrowing_from_what_is_only_filled_is_no_fault(self):
        text = """static int make(Ufunc *u)
{
    u->loops = PyDict_New();
    return u->loops == NULL ? -1 : PyDict_SetDefaultRef(u->loops, key, value, NULL);
}
static int f(Ufunc *u)
{
    return PyDict_GetItemRef(u->loops, key, &value);
}
"""
        self.assertEqual(borrowed(mutate_text.Source(text)), [])
        self.assertEqual(borrowed(mutate_text.Source(text + "static void drop(Ufunc *u)\n{\n    PyDict_Clear(u->loops);\n}\n")), [8])

    def test_any_use_in_a_section_is_the_place_of_its_fault(self):
        source = mutate_text.Source("int f(PyObject *op)\n{\n    Py_BEGIN_CRITICAL_SECTION(op);\n" + "    n++;\n" * 9
                                    + "    Py_END_CRITICAL_SECTION();\n}\n")
        self.assertLessEqual(set(range(3, 14)), mutate_locks.seeded_faults(source)[0].anchors)


if __name__ == "__main__":
    unittest.main()
