// corpus: check=gilray-leaked-attach py=3.9..
// The label stands after the release.
#include <Python.h>

int convert(PyObject *from, double *to)
{
    int rc = -1;
    PyGILState_STATE gil = PyGILState_Ensure();
    PyObject *number = PyNumber_Float(from);
    if (!number)
        goto done;
    *to = PyFloat_AS_DOUBLE(number);
    Py_DECREF(number);
    rc = 0;
    PyGILState_Release(gil);
done:
    return rc; // expect: gilray-leaked-attach
}

int convert_well(PyObject *from, double *to)
{
    int rc = -1;
    PyGILState_STATE gil = PyGILState_Ensure();
    PyObject *number = PyNumber_Float(from);
    if (!number)
        goto done;
    *to = PyFloat_AS_DOUBLE(number);
    Py_DECREF(number);
    rc = 0;
done:
    PyGILState_Release(gil);
    return rc; // ok: gilray-leaked-attach  the label stands before the release
}
