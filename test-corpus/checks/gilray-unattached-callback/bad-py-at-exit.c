// corpus: check=gilray-unattached-callback py=3.9..
// Functions registered with Py_AtExit run after the interpreter is gone.
#include <Python.h>

static PyObject *cache;

static void drop_cache(void)
{
    Py_CLEAR(cache); // expect: gilray-unattached-callback
}

PyObject *fill(PyObject *self, PyObject *args)
{
    if (!cache) {
        cache = PyDict_New();
        Py_AtExit(drop_cache);
    }
    Py_RETURN_NONE;
}
