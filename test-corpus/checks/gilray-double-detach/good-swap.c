// corpus: check=* py=3.12..
// Detaching and attaching with PyThreadState_Swap.
#include <Python.h>

void idle(void);

PyObject *swap(PyObject *self, PyObject *args)
{
    PyThreadState *current = PyThreadState_Swap(NULL);
    idle();
    PyThreadState *none = PyThreadState_Swap(current); // ok: gilray-double-detach
    PyThreadState *saved = PyEval_SaveThread();        // ok: gilray-double-detach  attached by Swap
    idle();
    PyEval_RestoreThread(saved);
    return PyBool_FromLong(none == NULL); // ok: gilray-detached-api-call
}
