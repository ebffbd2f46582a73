#include <Python.h>
#include "reader.h"

PyObject *lines(PyObject *self, PyObject *list)
{
    struct reader r = {NULL, 0};
    char line[80];
    for (;;) {
        reader_leave(&r);
        int n = reader_line(&r, line);
        reader_enter(&r);
        if (n < 0)
            return PyErr_SetFromErrno(PyExc_OSError); // ok: gilray-*  attached
        if (n == 0)
            break;
        PyObject *text = PyUnicode_FromStringAndSize(line, n); // ok: gilray-*  attached
        if (!text || PyList_Append(list, text) < 0) {
            Py_XDECREF(text);
            return NULL;
        }
        Py_DECREF(text);
    }
    Py_RETURN_NONE;
}

PyObject *first_line(PyObject *self, PyObject *args)
{
    struct reader r = {NULL, 0};
    char line[80];
    reader_leave(&r);
    int n = reader_line(&r, line);
    if (n <= 0)
        return NULL; // expect: gilray-region-escape
    reader_enter(&r);
    return PyUnicode_FromStringAndSize(line, n);
}
