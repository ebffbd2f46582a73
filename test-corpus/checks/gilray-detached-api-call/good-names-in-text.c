// corpus: check=gilray-detached-api-call py=3.9..
#include <Python.h>
#include <stdio.h>

PyObject *log_line(PyObject *self, PyObject *args)
{
    Py_BEGIN_ALLOW_THREADS
    /* PyErr_SetString(PyExc_ValueError, "old code"); Py_DECREF(self); */
    puts("Py_DECREF(self); PyErr_Occurred()"); // ok: gilray-detached-api-call  API names in a string
    // Py_INCREF(self) would be wrong here
#if 0
    Py_INCREF(self);
#endif
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
