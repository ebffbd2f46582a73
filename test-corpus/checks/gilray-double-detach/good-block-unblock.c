// corpus: check=* py=3.9..
// Any number of windows, each closed.
#include <Python.h>

int next_row(void *cursor);

PyObject *rows(PyObject *self, PyObject *list)
{
    int rc;
    Py_BEGIN_ALLOW_THREADS
    while ((rc = next_row(NULL)) > 0) {
        Py_BLOCK_THREADS // ok: gilray-double-detach  detached here
        PyList_Append(list, Py_None);
        if (rc == 7)
            PyErr_Clear();
        Py_UNBLOCK_THREADS // ok: gilray-double-detach  attached here
    }
    Py_END_ALLOW_THREADS // ok: gilray-double-detach
    return PyLong_FromLong(rc);
}
