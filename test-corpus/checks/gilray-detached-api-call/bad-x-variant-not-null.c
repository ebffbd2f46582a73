// corpus: check=* py=3.9..
// The same on a path on which the pointer is not null.
#include <Python.h>

int probe(void);

PyObject *something(PyObject *self, PyObject *args)
{
    PyObject *result = NULL;
    if (args != Py_None)
        result = PyLong_FromLong(1);
    Py_BEGIN_ALLOW_THREADS
    probe();
    Py_XDECREF(result); // expect: gilray-detached-api-call "Py_XDECREF"
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
