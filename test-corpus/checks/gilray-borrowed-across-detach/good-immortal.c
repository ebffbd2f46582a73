// corpus: check=gilray-borrowed-across-detach py=3.9..
// Types, the module and its dictionary, exceptions and constants outlive the call.
#include <Python.h>

int bell_ring(void);

static PyObject *ring(PyObject *module, PyObject *arg)
{
    PyTypeObject *type = Py_TYPE(arg);
    PyObject *namespace = PyModule_GetDict(module);
    PyObject *error = PyExc_ValueError, *none = Py_None;
    PyObject *sys = PyImport_AddModule("sys");
    Py_BEGIN_ALLOW_THREADS
    bell_ring();
    Py_END_ALLOW_THREADS
    if (PyDict_Size(namespace) > 3 && sys != NULL) // ok: gilray-borrowed-across-detach  the module's dictionary, a module
        return PyUnicode_FromString(type->tp_name); // ok: gilray-borrowed-across-detach  a type
    PyErr_SetObject(error, none);                    // ok: gilray-borrowed-across-detach  an exception, None
    return NULL;
}

PyMethodDef bell_methods[] = {{"ring", ring, METH_O, NULL}, {NULL, NULL, 0, NULL}};
