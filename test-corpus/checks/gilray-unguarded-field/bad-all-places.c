// corpus: check=gilray-unguarded-field py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot"
#include <Python.h>

// Each function that lacks the lock has to take it, so the finding names them all.
typedef struct {
    PyObject_HEAD
    PyObject *item;
} Slot;

static PyObject *put(PyObject *op, PyObject *arg)
{
    Py_XSETREF(((Slot *)op)->item, Py_NewRef(arg)); // expect: gilray-unguarded-field "'item' is read here in 'show', under no lock"
    Py_RETURN_NONE;
}

static PyObject *swap(PyObject *op, PyObject *arg)
{
    PyObject *old = ((Slot *)op)->item;
    ((Slot *)op)->item = Py_NewRef(arg);
    return old ? old : Py_NewRef(Py_None);
}

static PyObject *show(PyObject *op, PyObject *unused)
{
    Slot *self = (Slot *)op;
    return self->item ? PyObject_Repr(self->item) : Py_NewRef(Py_None);
}

static PyMethodDef methods[] = {
    {"put", put, METH_O, NULL}, {"swap", swap, METH_O, NULL}, {"show", show, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyType_Slot type_slots[] = {{Py_tp_methods, methods}, {0, NULL}};
static PyType_Spec spec = {"demo.Slot", sizeof(Slot), 0, Py_TPFLAGS_DEFAULT, type_slots};
static int demo_exec(PyObject *m)
{
    PyObject *type = PyType_FromModuleAndSpec(m, &spec, NULL);
    return type ? PyModule_Add(m, "Slot", type) : -1;
}
static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
