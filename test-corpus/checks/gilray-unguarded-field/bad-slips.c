// corpus: check=gilray-unguarded-field py=3.13.. severity=note gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-critical-section-*"
#include <Python.h>

// Eight methods hold the object's section and two do not: each of the two is a slip of its own.
typedef struct {
    PyObject_HEAD
    PyObject *first;
    PyObject *second;
} Pair;

#define GUARDED(NAME, WHAT)                                                                                            \
    static PyObject *NAME(PyObject *op, PyObject *arg)                                                                 \
    {                                                                                                                  \
        Pair *self = (Pair *)op;                                                                                       \
        Py_BEGIN_CRITICAL_SECTION(op);                                                                                 \
        WHAT;                                                                                                          \
        Py_END_CRITICAL_SECTION();                                                                                     \
        Py_RETURN_NONE;                                                                                                \
    }

GUARDED(set_a, Py_XSETREF(self->first, Py_NewRef(arg)))
GUARDED(set_b, Py_XSETREF(self->first, Py_NewRef(arg)))
GUARDED(set_c, Py_XSETREF(self->first, Py_NewRef(arg)))
GUARDED(set_d, Py_XSETREF(self->first, Py_NewRef(arg)))
GUARDED(set_e, Py_XSETREF(self->first, Py_NewRef(arg)))
GUARDED(set_f, Py_XSETREF(self->first, Py_NewRef(arg)))
GUARDED(set_g, Py_XSETREF(self->first, Py_NewRef(arg)))
GUARDED(set_h, Py_XSETREF(self->first, Py_NewRef(arg)))

static PyObject *reset(PyObject *op, PyObject *arg)
{
    Py_XSETREF(((Pair *)op)->first, Py_NewRef(arg)); // expect: gilray-unguarded-field "is used by 'reset' without the lock that others hold"
    Py_RETURN_NONE;
}

static PyObject *forget(PyObject *op, PyObject *unused)
{
    Py_CLEAR(((Pair *)op)->first); // expect: gilray-unguarded-field "is used by 'forget' without the lock that others hold"
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"set_a", set_a, METH_O, NULL},
                                {"set_b", set_b, METH_O, NULL},
                                {"set_c", set_c, METH_O, NULL},
                                {"set_d", set_d, METH_O, NULL},
                                {"set_e", set_e, METH_O, NULL},
                                {"set_f", set_f, METH_O, NULL},
                                {"set_g", set_g, METH_O, NULL},
                                {"set_h", set_h, METH_O, NULL},
                                {"reset", reset, METH_O, NULL},
                                {"forget", forget, METH_NOARGS, NULL},
                                {NULL, NULL, 0, NULL}};
static PyType_Slot type_slots[] = {{Py_tp_methods, methods}, {0, NULL}};
static PyType_Spec spec = {"demo.Pair", sizeof(Pair), 0, Py_TPFLAGS_DEFAULT, type_slots};
static int demo_exec(PyObject *m)
{
    PyObject *type = PyType_FromModuleAndSpec(m, &spec, NULL);
    return type ? PyModule_Add(m, "Pair", type) : -1;
}
static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
