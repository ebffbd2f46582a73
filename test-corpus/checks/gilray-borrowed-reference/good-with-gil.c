// corpus: check=gilray-borrowed-reference py=3.13.. variants=gil gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>

// Nothing is promised, and this build has a GIL.
static PyObject *cache;

PyObject *get(PyObject *self, PyObject *key)
{
    PyObject *found = PyDict_GetItem(cache, key); // ok: gilray-borrowed-reference
    return Py_XNewRef(found);
}
