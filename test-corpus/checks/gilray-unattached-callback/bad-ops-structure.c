// corpus: check=gilray-unattached-callback py=3.9..
// Callbacks handed over in a structure of the library.
#include <Python.h>
#include "bad-ops-structure.h"

static int on_read(void *context, char *to, int n)
{
    PyObject *r = PyObject_CallMethod(context, "read", "i", n); // expect: gilray-unattached-callback
    Py_XDECREF(r);
    return r ? n : -1;
}

static int on_close(void *context) { return context != NULL; } // ok: gilray-unattached-callback  no Python in it

static const struct stream_ops ops = {on_read, on_close};

PyObject *copy(PyObject *self, PyObject *file)
{
    struct stream *s = stream_open(&ops, file);
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = stream_copy(s, "target");
    Py_END_ALLOW_THREADS
    stream_close(s);
    return PyLong_FromLong(rc);
}
