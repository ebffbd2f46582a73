// corpus: check=gilray-refcount-peek py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>

// Deciding by the number of references: at once, through a variable, in a predicate.
static int unique(PyObject *op)
{
    return Py_REFCNT(op) == 1; // expect: gilray-refcount-peek "PyUnstable_Object_IsUniquelyReferenced' (3.14"
}

static PyObject *change(PyObject *self, PyObject *arg)
{
    if (Py_REFCNT(arg) > 1) // expect: gilray-refcount-peek "PyUnstable_Object_IsUniqueReferencedTemporary' (3.14)"
        return NULL;
    Py_ssize_t count = Py_REFCNT(self); // expect: gilray-refcount-peek "the reference count decides"
    if (count < 3)
        Py_RETURN_NONE;
    if (Py_REFCNT(self) > 0) // expect: gilray-refcount-peek "PyUnstable_TryIncRef' (3.14"
        Py_INCREF(self);
    return unique(arg) ? Py_NewRef(arg) : NULL;
}

static PyMethodDef methods[] = {{"change", change, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {{Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
