// corpus: check=gilray-attach-after-finalize py=3.9..
// The destructor of a static object runs at process exit, after the interpreter is gone.
#include <Python.h>

struct Cache {
    PyObject *dict = nullptr;
    ~Cache() { Py_XDECREF(dict); } // expect: gilray-attach-after-finalize
};

static Cache cache;

PyObject *get_cache(PyObject *, PyObject *)
{
    if (!cache.dict)
        cache.dict = PyDict_New();
    Py_XINCREF(cache.dict);
    return cache.dict;
}
