// corpus: check=gilray-detached-api-call py=3.13..
#include <Python.h>

static PyMutex mutex;
static long total;

PyObject *add(PyObject *self, PyObject *arg)
{
    long n = PyLong_AsLong(arg), sum;
    Py_BEGIN_ALLOW_THREADS
    PyMutex_Lock(&mutex); // ok: gilray-detached-api-call  may be locked in any state
    sum = total + n;
    PyMutex_Unlock(&mutex); // ok: gilray-detached-api-call  likewise
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(sum);
}
