// corpus: check=gilray-borrowed-across-detach py=3.10..
// What a module defines is not taken out of it while code runs.
#include <Python.h>

PyObject *error_for(PyObject *module, PyObject *code)
{
    PyObject *dict = PyModule_GetDict(module), *name, *type;
    Py_ssize_t pos = 0;
    while (PyDict_Next(dict, &pos, &name, &type)) { // expect(nogil): gilray-unlocked-iteration "PyDict_Next"
        if (PyObject_HasAttrString(type, "code")) {
            PyObject *value = PyObject_GetAttrString(type, "code"); // ok: gilray-borrowed-across-detach
            int same = value ? PyObject_RichCompareBool(value, code, Py_EQ) : -1;
            Py_XDECREF(value);
            if (same)
                return same > 0 ? Py_NewRef(type) : NULL; // ok: gilray-borrowed-across-detach
        }
    }
    Py_RETURN_NONE;
}
