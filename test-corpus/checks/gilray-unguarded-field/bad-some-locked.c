// corpus: check=gilray-unguarded-field py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// A lock at some accesses and not at others; in a helper that one caller enters without it.
typedef struct {
    PyObject_HEAD
    pthread_mutex_t lock;
    char *text;
    long uses;
} Label;

static void touch(Label *self)
{
    self->uses++; // expect: gilray-unguarded-field "'uses' of 'Label' is used by 'touch' without the lock that others hold"
}

static PyObject *set(PyObject *op, PyObject *arg)
{
    Label *self = (Label *)op;
    pthread_mutex_lock(&self->lock);
    free(self->text);
    self->text = strdup(PyUnicode_AsUTF8(arg));
    touch(self);
    pthread_mutex_unlock(&self->lock);
    Py_RETURN_NONE;
}

static PyObject *get(PyObject *op, PyObject *ignored)
{
    Label *self = (Label *)op;
    touch(self);
    return PyUnicode_FromString(self->text); // expect: gilray-unguarded-field "thread 2: 'text' is written here in 'set', holding 'Label.lock'"
}

static PyMethodDef methods[] = {{"set", set, METH_O, NULL}, {"get", get, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyType_Slot type_slots[] = {{Py_tp_methods, methods}, {0, NULL}};
static PyType_Spec spec = {"demo.Label", sizeof(Label), 0, Py_TPFLAGS_DEFAULT, type_slots};
static int demo_exec(PyObject *m)
{
    PyObject *type = PyType_FromModuleAndSpec(m, &spec, NULL);
    return type ? PyModule_Add(m, "Label", type) : -1;
}
static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
