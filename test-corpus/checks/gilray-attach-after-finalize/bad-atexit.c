// corpus: check=gilray-attach-after-finalize py=3.9..
#include <Python.h>
#include <stdlib.h>

static PyObject *registry;

static void forget(void)
{
    Py_CLEAR(registry); // expect: gilray-attach-after-finalize "Py_CLEAR"
}

PyObject *setup(PyObject *self, PyObject *args)
{
    registry = PyDict_New();
    atexit(forget);
    Py_RETURN_NONE;
}
