// corpus: check=gilray-attach-after-finalize py=3.9..
// A library destructor runs when the process ends or the library is unloaded.
#include <Python.h>

static PyObject *cache;

__attribute__((destructor)) static void unload(void)
{
    Py_XDECREF(cache); // expect: gilray-attach-after-finalize
}

PyObject *fill(PyObject *self, PyObject *args)
{
    if (!cache)
        cache = PyDict_New();
    Py_RETURN_NONE;
}
