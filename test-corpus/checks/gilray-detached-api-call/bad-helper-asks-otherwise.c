// corpus: check=gilray-detached-api-call py=3.13..
// The answer is taken for its opposite.
#include <Python.h>

static int detached(void)
{
    return PyThreadState_GetUnchecked() == NULL;
}

PyObject *work(PyObject *self, PyObject *args)
{
    Py_BEGIN_ALLOW_THREADS
    if (detached())
        PyErr_Clear(); // expect: gilray-detached-api-call
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
