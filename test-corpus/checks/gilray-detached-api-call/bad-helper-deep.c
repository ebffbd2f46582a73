// corpus: check=gilray-detached-api-call py=3.9..
// Three calls deep; every helper has an attached caller too.
#include <Python.h>

static int keep(PyObject *log, long value)
{
    PyObject *number = PyLong_FromLong(value);
    if (!number)
        return -1;
    int rc = PyList_Append(log, number);
    Py_DECREF(number);
    return rc;
}

static int note_event(PyObject *log, long value) { return keep(log, value * 2); }
static int trace(PyObject *log, long value) { return value ? note_event(log, value) : 0; }

PyObject *run(PyObject *self, PyObject *log)
{
    if (trace(log, 1) < 0) // ok: gilray-detached-api-call  attached
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    trace(log, 2); // expect: gilray-detached-api-call "trace"
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
