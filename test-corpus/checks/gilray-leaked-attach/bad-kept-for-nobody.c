// corpus: check=gilray-leaked-attach
// The cookie is put where another function could find it, and none looks there.
#include <Python.h>

struct library;
void library_hooks(struct library *lib, void (*before)(void *), void (*after)(void *), void *data);

static PyGILState_STATE outer, inner;

static void before(void *data)
{
    outer = PyGILState_Ensure();
    PyErr_Clear();
} // expect: gilray-leaked-attach "returns without releasing"

static void after(void *data)
{
    inner = PyGILState_Ensure();
    PyErr_Clear();
    PyGILState_Release(inner);
}

PyObject *install(PyObject *self, PyObject *args)
{
    library_hooks(NULL, before, after, NULL);
    Py_RETURN_NONE;
}
