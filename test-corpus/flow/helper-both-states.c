// corpus: check=* py=3.9..
// A helper with attached and detached callers whose API use is under a flag that the detached caller does not set.
#include <Python.h>

int step(int n);

static int run(int n, PyObject *log)
{
    int rc = step(n);
    if (log)
        PyList_Append(log, Py_None); // ok: gilray-detached-api-call  null when detached
    return rc;
}

PyObject *both(PyObject *self, PyObject *log)
{
    int rc = run(1, log);
    Py_BEGIN_ALLOW_THREADS
    rc += run(2, NULL); // ok: gilray-detached-api-call  the log is null
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(rc);
}
