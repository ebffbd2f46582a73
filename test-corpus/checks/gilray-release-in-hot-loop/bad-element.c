// corpus: check=gilray-release-in-hot-loop py=3.9.. severity=note
// The lock goes back and forth for each element.
#include <Python.h>

PyObject *sum(PyObject *self, PyObject *arg)
{
    Py_buffer view;
    double total = 0;
    if (PyObject_GetBuffer(arg, &view, PyBUF_SIMPLE) < 0)
        return NULL;
    const double *items = view.buf;
    for (Py_ssize_t i = 0; i < view.len / 8; i++) {
        Py_BEGIN_ALLOW_THREADS // expect: gilray-release-in-hot-loop
        total += items[i];
        Py_END_ALLOW_THREADS
    }
    PyBuffer_Release(&view);
    return PyFloat_FromDouble(total);
}
