// corpus: check=* py=3.9..
// Released at the head of a loop, restored on every way round it and out of it.
#include <Python.h>

int next_item(void), usable(int item);

PyObject *items(PyObject *self, PyObject *list)
{
    for (int i = 0; i < 100; i++) {
        PyThreadState *saved = PyEval_SaveThread(); // ok: gilray-double-detach  attached at each turn
        int item = next_item();
        if (!usable(item)) {
            PyEval_RestoreThread(saved);
            continue; // ok: gilray-region-escape
        }
        PyEval_RestoreThread(saved);
        if (item < 0)
            break;
        PyObject *n = PyLong_FromLong(item); // ok: gilray-detached-api-call
        if (!n || PyList_Append(list, n) < 0) {
            Py_XDECREF(n);
            return NULL;
        }
        Py_DECREF(n);
    }
    Py_RETURN_NONE; // ok: gilray-*  attached
}
