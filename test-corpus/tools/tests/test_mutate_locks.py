"""Faults in the use of locks must be faults: what the mutations do to a small file, and where they keep away from."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import mutate_locks
import mutate_text

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


if __name__ == "__main__":
    unittest.main()
