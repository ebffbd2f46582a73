// corpus: check=gilray-attach-after-finalize py=3.9..
#include <Python.h>
#include <stdlib.h>

static PyObject *stream;

static void flush_stream(void)
{
    PyGILState_STATE gil = PyGILState_Ensure(); // expect: gilray-attach-after-finalize "PyGILState_Ensure"
    PyObject *r = PyObject_CallMethod(stream, "flush", NULL);
    Py_XDECREF(r);
    PyGILState_Release(gil);
}

PyObject *setup(PyObject *self, PyObject *file)
{
    Py_INCREF(file);
    stream = file;
    atexit(flush_stream);
    Py_RETURN_NONE;
}
