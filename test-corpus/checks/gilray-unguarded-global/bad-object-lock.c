// corpus: check=gilray-unguarded-global py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global,-gilray-lock-*"
#include <Python.h>

// The lock of one object does not keep out those who hold that of another.
typedef struct {
    PyObject_HEAD
    PyMutex lock;
    long n;
} Meter;

static long total;

static PyObject *meter_add(PyObject *op, PyObject *ignored)
{
    Meter *self = (Meter *)op;
    PyMutex_Lock(&self->lock);
    self->n++;
    total++;
    PyMutex_Unlock(&self->lock);
    Py_RETURN_NONE;
}

static PyObject *meter_reset(PyObject *op, PyObject *ignored)
{
    total = 0; // expect: gilray-unguarded-global "written by several threads at once"
    Py_RETURN_NONE;
}

// One variable of each function, and the same fault in each: told once.
static PyObject *meter_hits(PyObject *op, PyObject *ignored)
{
    static long calls;
    return PyLong_FromLong(++calls); // expect: gilray-unguarded-global "so is 'calls' of 'meter_misses'"
}

static PyObject *meter_misses(PyObject *op, PyObject *ignored)
{
    static long calls;
    return PyLong_FromLong(++calls); // ok: gilray-unguarded-global  a note of the other finding
}

static PyMethodDef methods[] = {{"add", meter_add, METH_NOARGS, NULL}, {"reset", meter_reset, METH_NOARGS, NULL},
                                {"hits", meter_hits, METH_NOARGS, NULL},
                                {"misses", meter_misses, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyType_Slot type_slots[] = {{Py_tp_methods, methods}, {0, NULL}};
static PyType_Spec spec = {"demo.Meter", sizeof(Meter), 0, Py_TPFLAGS_DEFAULT, type_slots};
static int demo_exec(PyObject *m)
{
    PyObject *type = PyType_FromModuleAndSpec(m, &spec, NULL);
    return type ? PyModule_Add(m, "Meter", type) : -1;
}
static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
