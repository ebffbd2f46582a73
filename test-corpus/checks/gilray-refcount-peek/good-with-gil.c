// corpus: check=gilray-refcount-peek py=3.9.. variants=gil gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>

// Nothing is promised, and this build has a GIL.
PyObject *change(PyObject *self, PyObject *arg)
{
    return Py_REFCNT(arg) == 1 ? self : NULL; // ok: gilray-refcount-peek
}
