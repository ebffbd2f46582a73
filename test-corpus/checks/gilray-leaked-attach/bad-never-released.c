// corpus: check=gilray-leaked-attach py=3.9..
#include <Python.h>

void log_message(PyObject *logger, const char *text)
{
    PyGILState_Ensure();
    PyObject *r = PyObject_CallMethod(logger, "info", "s", text);
    if (!r)
        PyErr_Clear();
    Py_XDECREF(r);
} // expect: gilray-leaked-attach
