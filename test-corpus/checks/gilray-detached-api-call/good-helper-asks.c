// corpus: check=gilray-detached-api-call py=3.13..
// Whether the thread is attached is asked in a function of its own.
#include <Python.h>

static int attached(void)
{
    return PyThreadState_GetUnchecked() != NULL;
}

PyObject *work(PyObject *self, PyObject *args)
{
    Py_BEGIN_ALLOW_THREADS
    if (attached())
        PyErr_Clear(); // ok: gilray-detached-api-call
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
