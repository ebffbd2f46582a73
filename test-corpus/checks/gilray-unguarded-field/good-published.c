// corpus: check=gilray-unguarded-field py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-critical-section-*"
#include <Python.h>

// As many methods read without a lock as with one: they look at a flag first, which says that nothing moves any more.
typedef struct {
    PyObject_HEAD
    char *data;
    Py_ssize_t size;
    int ready;
} Bits;

// merge() comes here with another object than its own, and once under no lock.
static void grow(Bits *b, Py_ssize_t n)
{
    b->data = PyMem_Realloc(b->data, n);
    b->size = n;
}

static PyObject *append(PyObject *op, PyObject *unused)
{
    Py_BEGIN_CRITICAL_SECTION(op);
    grow((Bits *)op, ((Bits *)op)->size + 1);
    Py_END_CRITICAL_SECTION();
    Py_RETURN_NONE;
}

static PyObject *merge(PyObject *op, PyObject *other)
{
    Bits *copy = (Bits *)PyObject_CallNoArgs((PyObject *)Py_TYPE(op));
    if (!copy)
        return NULL;
    Py_BEGIN_CRITICAL_SECTION2(op, other);
    grow(copy, ((Bits *)op)->size);
    Py_END_CRITICAL_SECTION2();
    grow(copy, 100);
    return (PyObject *)copy;
}

#define READS(NAME, N)                                                                                                 \
    static PyObject *NAME(PyObject *op, PyObject *unused)                                                              \
    {                                                                                                                  \
        Bits *self = (Bits *)op;                                                                                       \
        if (!__atomic_load_n(&self->ready, __ATOMIC_ACQUIRE))                                                          \
            Py_RETURN_NONE;                                                                                            \
        return PyLong_FromLong(self->data[N]);                                                                         \
    }

READS(first, 0)  // ok: gilray-unguarded-field
READS(second, 1) // ok: gilray-unguarded-field
READS(third, 2)  // ok: gilray-unguarded-field

static PyMethodDef methods[] = {{"append", append, METH_NOARGS, NULL}, {"merge", merge, METH_O, NULL},
                                {"first", first, METH_NOARGS, NULL},   {"second", second, METH_NOARGS, NULL},
                                {"third", third, METH_NOARGS, NULL},   {NULL, NULL, 0, NULL}};
static PyType_Slot type_slots[] = {{Py_tp_methods, methods}, {0, NULL}};
static PyType_Spec spec = {"demo.Bits", sizeof(Bits), 0, Py_TPFLAGS_DEFAULT, type_slots};
static int demo_exec(PyObject *m)
{
    PyObject *type = PyType_FromModuleAndSpec(m, &spec, NULL);
    return type ? PyModule_Add(m, "Bits", type) : -1;
}
static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
