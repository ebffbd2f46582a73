// corpus: check=gilray-unguarded-field py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>
#include <mutex>

// A guard object in one method, none in the other.
struct Meter {
    PyObject_HEAD
    std::mutex lock;
    double *samples;
    int used;
};

static PyObject *add(PyObject *op, PyObject *arg)
{
    Meter *self = reinterpret_cast<Meter *>(op);
    double value = PyFloat_AsDouble(arg);
    std::lock_guard<std::mutex> guard(self->lock);
    self->samples[self->used++] = value;
    Py_RETURN_NONE;
}

static PyObject *reset(PyObject *op, PyObject *)
{
    Meter *self = reinterpret_cast<Meter *>(op);
    self->used = 0; // expect: gilray-unguarded-field "'used' of 'Meter' is used by 'reset' without the lock that others hold"
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"add", add, METH_O, NULL}, {"reset", reset, METH_NOARGS, NULL}, {nullptr, nullptr, 0, nullptr}};
static PyType_Slot type_slots[] = {{Py_tp_methods, (void *)methods}, {0, NULL}};
static PyType_Spec spec = {"demo.Meter", sizeof(Meter), 0, Py_TPFLAGS_DEFAULT, type_slots};
static int demo_exec(PyObject *m)
{
    PyObject *type = PyType_FromModuleAndSpec(m, &spec, NULL);
    return type ? PyModule_Add(m, "Meter", type) : -1;
}
static PyModuleDef_Slot slots[] = {{Py_mod_exec, (void *)demo_exec}, {Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
