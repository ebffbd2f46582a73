// corpus: check=gilray-release-in-hot-loop py=3.9.. severity=note
// Around the loop, around work of unknown size, around a loop inside, and a plain yield outside of loops.
#include <Python.h>

extern int lib_step(int n);

PyObject *around(PyObject *self, PyObject *arg)
{
    Py_buffer view;
    double total = 0;
    if (PyObject_GetBuffer(arg, &view, PyBUF_SIMPLE) < 0)
        return NULL;
    const double *items = view.buf;
    Py_BEGIN_ALLOW_THREADS // ok: gilray-release-in-hot-loop
    for (Py_ssize_t i = 0; i < view.len / 8; i++)
        total += items[i];
    Py_END_ALLOW_THREADS
    PyBuffer_Release(&view);
    return PyFloat_FromDouble(total);
}

PyObject *steps(PyObject *self, PyObject *arg)
{
    long n = PyLong_AsLong(arg), rc = 0;
    for (long i = 0; i < n; i++) {
        Py_BEGIN_ALLOW_THREADS // ok: gilray-release-in-hot-loop  a call of another library
        rc += lib_step((int)i);
        Py_END_ALLOW_THREADS
    }
    return PyLong_FromLong(rc);
}

PyObject *rows(PyObject *self, PyObject *arg)
{
    Py_buffer view;
    double total = 0;
    if (PyObject_GetBuffer(arg, &view, PyBUF_SIMPLE) < 0)
        return NULL;
    const double *items = view.buf;
    for (int row = 0; row < 8; row++) {
        Py_BEGIN_ALLOW_THREADS // ok: gilray-release-in-hot-loop  a whole row
        for (Py_ssize_t i = 0; i < view.len / 64; i++)
            total += items[row * (view.len / 64) + i];
        Py_END_ALLOW_THREADS
    }
    PyBuffer_Release(&view);
    return PyFloat_FromDouble(total);
}

PyObject *yield(PyObject *self, PyObject *unused)
{
    Py_BEGIN_ALLOW_THREADS // ok: gilray-release-in-hot-loop
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
