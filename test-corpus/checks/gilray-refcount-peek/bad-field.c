// corpus: check=gilray-refcount-peek py=3.13.. variants=gil gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>

// The field itself, which free-threaded builds do not have.
static PyObject *change(PyObject *self, PyObject *arg)
{
    if (arg->ob_refcnt == 1) // expect: gilray-refcount-peek "the reference count decides"
        return NULL;
    arg->ob_refcnt++; // expect: gilray-refcount-peek "'ob_refcnt' does not exist in free-threaded builds"
    return arg;
}

static PyMethodDef methods[] = {{"change", change, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {{Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
