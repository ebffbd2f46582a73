// corpus: check=gilray-refcount-peek py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>

// In a method of a C++ class that wraps a reference.
class Ref {
public:
    explicit Ref(PyObject *op) : op(op) {}
    bool alone() const
    {
        return Py_REFCNT(op) == 1; // expect: gilray-refcount-peek "the reference count decides"
    }

private:
    PyObject *op;
};

static PyObject *change(PyObject *, PyObject *arg) { return Ref(arg).alone() ? Py_NewRef(arg) : nullptr; }

static PyMethodDef methods[] = {{"change", change, METH_O, NULL}, {nullptr, nullptr, 0, nullptr}};
static PyModuleDef_Slot slots[] = {{Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
