// corpus: check=gilray-unguarded-field py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-lock-*"
#include <Python.h>

// A number that is read without the writers' lock is a note; __setstate__ has the object for itself; and what is put
// into new objects under a lock that is held anyway says nothing of those who read them.
typedef struct {
    PyObject_HEAD
    PyMutex lock;
    long level;
    char *name;
} Gauge;

typedef struct {
    PyObject_HEAD
    PyObject *text;
} Label;

PyTypeObject *label_type;

static PyObject *gauge_set(PyObject *op, PyObject *arg)
{
    Gauge *self = (Gauge *)op;
    long level = PyLong_AsLong(arg);
    PyMutex_Lock(&self->lock);
    self->level = level;
    PyMutex_Unlock(&self->lock);
    Py_RETURN_NONE;
}

static PyObject *gauge_get(PyObject *op, void *closure)
{
    return PyLong_FromLong(((Gauge *)op)->level); // ok: gilray-unguarded-field  a note
}

static PyObject *gauge_setstate(PyObject *op, PyObject *arg)
{
    Gauge *self = (Gauge *)op;
    self->name = PyMem_Malloc(8); // ok: gilray-unguarded-field  nobody else has it yet
    Py_RETURN_NONE;
}

static PyObject *gauge_name(PyObject *op, PyObject *ignored) { return PyUnicode_FromString(((Gauge *)op)->name); }

static PyObject *gauge_label(PyObject *op, PyObject *ignored)
{
    Gauge *self = (Gauge *)op;
    Label *label = PyObject_New(Label, label_type);
    if (label == NULL)
        return NULL;
    PyMutex_Lock(&self->lock);
    label->text = PyLong_FromLong(self->level);
    PyMutex_Unlock(&self->lock);
    return (PyObject *)label;
}

static PyObject *label_repr(PyObject *op) { return Py_XNewRef(((Label *)op)->text); } // ok: gilray-unguarded-field  set once, in a new object

static PyMethodDef methods[] = {{"set", gauge_set, METH_O, NULL}, {"__setstate__", gauge_setstate, METH_O, NULL},
                                {"name", gauge_name, METH_NOARGS, NULL}, {"label", gauge_label, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyGetSetDef getset[] = {{"level", gauge_get, NULL, NULL, NULL}, {NULL, NULL, NULL, NULL, NULL}};
static PyType_Slot type_slots[] = {{Py_tp_methods, methods}, {Py_tp_getset, getset}, {0, NULL}};
static PyType_Spec spec = {"demo.Gauge", sizeof(Gauge), 0, Py_TPFLAGS_DEFAULT, type_slots};
static PyType_Slot label_slots[] = {{Py_tp_repr, label_repr}, {0, NULL}};
PyType_Spec label_spec = {"demo.Label", sizeof(Label), 0, Py_TPFLAGS_DEFAULT, label_slots};
static int demo_exec(PyObject *m)
{
    PyObject *type = PyType_FromModuleAndSpec(m, &spec, NULL);
    return type ? PyModule_Add(m, "Gauge", type) : -1;
}
static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
