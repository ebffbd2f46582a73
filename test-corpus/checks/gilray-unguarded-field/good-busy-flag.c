// corpus: check=gilray-unguarded-field py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>
#include <stdlib.h>

// A flag that is tested and set in a critical section keeps others out of the rest, which needs no lock then.
typedef struct {
    PyObject_HEAD
    int busy;
    char *buffer; // ok: gilray-unguarded-field  only used by whoever has set the flag
} Encoder;

static int enter(Encoder *self)
{
    int free_now;
    Py_BEGIN_CRITICAL_SECTION(self);
    free_now = !self->busy;
    if (free_now)
        self->busy = 1;
    Py_END_CRITICAL_SECTION();
    return free_now;
}

static void leave(Encoder *self)
{
    Py_BEGIN_CRITICAL_SECTION(self);
    self->busy = 0;
    Py_END_CRITICAL_SECTION();
}

static PyObject *encode(PyObject *op, PyObject *arg)
{
    Encoder *self = (Encoder *)op;
    if (!enter(self))
        return NULL;
    free(self->buffer);
    self->buffer = (char *)malloc(64);
    leave(self);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"encode", encode, METH_O, NULL}, {NULL, NULL, 0, NULL}};
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
