// corpus: check=gilray-unguarded-field py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>
#include <stdlib.h>

// Nobody takes a lock: one finding per type, with what does most harm first. A busy flag that is no lock by itself.
typedef struct {
    PyObject_HEAD
    int busy;
    long count;
    char *buffer;
} Encoder;

static PyObject *encode(PyObject *op, PyObject *arg)
{
    Encoder *self = (Encoder *)op;
    if (self->busy) {
        PyErr_SetString(PyExc_RuntimeError, "already encoding");
        return NULL;
    }
    self->busy = 1; // expect: gilray-unguarded-field "thread 2: the test of 'busy' here is passed at the same moment"
    free(self->buffer);
    self->buffer = (char *)malloc(64);
    self->count++;
    self->busy = 0;
    return PyLong_FromLong(self->count);
}

static PyObject *peek(PyObject *op, PyObject *ignored)
{
    return PyBytes_FromString(((Encoder *)op)->buffer);
}

static PyMethodDef methods[] = {{"encode", encode, METH_O, NULL}, {"peek", peek, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyType_Slot type_slots[] = {{Py_tp_methods, methods}, {0, NULL}};
static PyType_Spec spec = {"demo.Encoder", sizeof(Encoder), 0, Py_TPFLAGS_DEFAULT, type_slots};
static int demo_exec(PyObject *m)
{
    PyObject *type = PyType_FromModuleAndSpec(m, &spec, NULL);
    return type ? PyModule_Add(m, "Encoder", type) : -1;
}
static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
