// corpus: check=* py=3.9..
// acquire() is meant to return attached.
#include <Python.h>

typedef struct {
    PyGILState_STATE state;
    int held;
} gil_lock;

static PyGILState_STATE acquire(void) { return PyGILState_Ensure(); } // ok: gilray-leaked-attach  hands the cookie out
static void release(PyGILState_STATE s) { PyGILState_Release(s); }     // ok: gilray-leaked-attach

void gil_lock_take(gil_lock *l)
{
    l->state = PyGILState_Ensure();
    l->held = 1;
} // ok: gilray-leaked-attach  kept in the structure for gil_lock_drop

void gil_lock_drop(gil_lock *l)
{
    if (l->held)
        PyGILState_Release(l->state); // ok: gilray-leaked-attach  taken by gil_lock_take
    l->held = 0;
}

void poke(PyObject *target)
{
    gil_lock lock = {PyGILState_UNLOCKED, 0};
    PyGILState_STATE s = acquire();
    PyList_Append(target, Py_None);
    release(s);
    gil_lock_take(&lock);
    PyList_Append(target, Py_None);
    gil_lock_drop(&lock);
} // ok: gilray-leaked-attach
