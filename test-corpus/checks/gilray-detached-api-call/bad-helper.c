// corpus: check=gilray-detached-api-call py=3.9..
// The helper is also called attached, so it is the call from the released region that is wrong.
#include <Python.h>

static void report(const char *what)
{
    PyErr_SetString(PyExc_RuntimeError, what); // ok: gilray-detached-api-call  right for the attached caller
}

PyObject *flush(PyObject *self, PyObject *arg)
{
    long n = PyLong_AsLong(arg);
    if (n < 0) {
        report("negative count");
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS
    if (n > 1000)
        report("too many"); // expect: gilray-detached-api-call "report"
    Py_END_ALLOW_THREADS
    return PyErr_Occurred() ? NULL : PyLong_FromLong(n);
}
