// corpus: check=gilray-leaked-attach py=3.9..
// The wrapper is right; the caller that returns without release() is wrong.
#include <Python.h>

static PyGILState_STATE acquire(void) { return PyGILState_Ensure(); } // ok: gilray-leaked-attach  hands the cookie out
static void release(PyGILState_STATE s) { PyGILState_Release(s); }

int poke(PyObject *target)
{
    PyGILState_STATE s = acquire();
    if (PyList_Append(target, Py_None) < 0)
        return -1; // expect: gilray-leaked-attach
    release(s);
    return 0; // ok: gilray-leaked-attach
}
