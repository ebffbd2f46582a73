#include "registry.h"

PyObject *make_registry()
{
    PyObject *types = PyImport_ImportModule("types");
    PyObject *result = types ? PyObject_CallMethod(types, "SimpleNamespace", nullptr) : nullptr;
    Py_XDECREF(types);
    return result;
}
