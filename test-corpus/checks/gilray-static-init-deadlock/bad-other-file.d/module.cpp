// corpus: check=gilray-static-init-deadlock py=3.10..
// What the initialiser does is in another file.
#include "registry.h"

static PyObject *registry(PyObject *, PyObject *)
{
    static PyObject *instance = make_registry(); // expect: gilray-static-init-deadlock "make_registry"
    return Py_XNewRef(instance);
}

static PyMethodDef methods[] = {{"registry", registry, METH_NOARGS, nullptr}, {nullptr, nullptr, 0, nullptr}};
