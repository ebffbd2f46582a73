// corpus: check=gilray-wrong-allocator py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>

// A buffer in the domain of objects: threads that look at objects without a lock rely on finding objects there.
static PyObject *reverse(PyObject *self, PyObject *arg)
{
    Py_ssize_t size = PyBytes_GET_SIZE(arg);
    char *copy = (char *)PyObject_Malloc(size); // expect: gilray-wrong-allocator "a buffer is allocated with 'PyObject_Malloc'"
    if (copy == NULL)
        return PyErr_NoMemory();
    for (Py_ssize_t i = 0; i < size; i++)
        copy[i] = PyBytes_AS_STRING(arg)[size - 1 - i];
    PyObject *result = PyBytes_FromStringAndSize(copy, size);
    PyObject_Free(copy);
    return result;
}

static PyMethodDef methods[] = {{"reverse", reverse, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {{Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
