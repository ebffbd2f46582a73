#include <Python.h>

PyObject *registry;

PyObject *registry_find(PyObject *key)
{
    PyObject *found = PyDict_GetItemWithError(registry, key); // expect: gilray-borrowed-reference "thread 1: 'registry_find' is called here"
    return Py_XNewRef(found);
}
