// corpus: check=* py=3.9..
// An empty pair is a yield: it lets other threads run.
#include <Python.h>

PyObject *yield_until(PyObject *self, PyObject *event)
{
    int set = 0;
    while ((set = PyObject_IsTrue(event)) == 0) { // ok: gilray-detached-api-call  attached at each turn
        Py_BEGIN_ALLOW_THREADS
        Py_END_ALLOW_THREADS // ok: gilray-double-detach
        if (PyErr_CheckSignals())
            return NULL;
    }
    return set < 0 ? NULL : PyBool_FromLong(set);
}
