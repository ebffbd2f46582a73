#include <Python.h>
#include "section.h"

PyObject *blur(PyObject *self, PyObject *arg)
{
    section_cookie cookie;
    long radius = PyLong_AsLong(arg);
    section_enter(&cookie);
    if (radius > 100)
        PyErr_SetString(PyExc_ValueError, "radius"); // expect: gilray-detached-api-call "PyErr_SetString"
    section_leave(&cookie);
    return PyErr_Occurred() ? NULL : PyLong_FromLong(radius); // ok: gilray-detached-api-call  the cookie is given back
}
