// corpus: check=gilray-unlocked-iteration py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global,-gilray-single-phase-init,-gilray-lock-*,-gilray-blocking-*"
#include <Python.h>

// A lock of the module, or the section of another object, keeps nobody out of what Python code has passed in.
typedef struct {
    PyObject_HEAD
    PyObject *seen;
    long sum;
} Shelf;

static PyMutex lock;

static PyObject *add_all(PyObject *op, PyObject *sizes)
{
    Shelf *self = (Shelf *)op;
    PyObject *key, *value;
    Py_ssize_t pos = 0;
    if (!PyDict_Check(sizes))
        Py_RETURN_NONE;
    Py_BEGIN_CRITICAL_SECTION(op);
    while (PyDict_Next(sizes, &pos, &key, &value)) // expect: gilray-unlocked-iteration "goes through 'sizes'"
        self->sum += PyLong_AsLong(value);
    Py_END_CRITICAL_SECTION();
    Py_RETURN_NONE;
}

static long sum_of(PyObject *numbers)
{
    long sum = 0;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(numbers); i++)
        sum += PyLong_AsLong(PyList_GET_ITEM(numbers, i)); // expect: gilray-unlocked-iteration "goes through 'numbers'"
    return sum;
}

static PyObject *add_list(PyObject *op, PyObject *numbers)
{
    if (!PyList_Check(numbers))
        Py_RETURN_NONE;
    PyMutex_Lock(&lock);
    ((Shelf *)op)->sum += sum_of(numbers);
    PyMutex_Unlock(&lock);
    Py_RETURN_NONE;
}

static PyObject *add_guarded(PyObject *op, PyObject *sizes)
{
    PyObject *key, *value;
    Py_ssize_t pos = 0;
    long sum = 0;
    if (!PyDict_Check(sizes))
        Py_RETURN_NONE;
    Py_BEGIN_CRITICAL_SECTION2(op, sizes);
    while (PyDict_Next(sizes, &pos, &key, &value)) // ok: gilray-unlocked-iteration  its own section is one of the two
        sum += PyLong_AsLong(value);
    ((Shelf *)op)->sum += sum;
    Py_END_CRITICAL_SECTION2();
    Py_RETURN_NONE;
}

static PyObject *add_seen(PyObject *op, PyObject *unused)
{
    Shelf *self = (Shelf *)op;
    PyObject *key, *value;
    Py_ssize_t pos = 0;
    Py_BEGIN_CRITICAL_SECTION(op);
    while (PyDict_Next(self->seen, &pos, &key, &value)) // ok: gilray-unlocked-iteration  a part of the object that is locked
        self->sum += PyLong_AsLong(value);
    Py_END_CRITICAL_SECTION();
    Py_RETURN_NONE;
}

static long sum_values(PyObject *sizes)
{
    PyObject *key, *value;
    Py_ssize_t pos = 0;
    long sum = 0;
    while (PyDict_Next(sizes, &pos, &key, &value)) // ok: gilray-unlocked-iteration  the caller holds its section
        sum += PyLong_AsLong(value);
    return sum;
}

static PyObject *sum_in_helper(PyObject *op, PyObject *sizes)
{
    long sum;
    if (!PyDict_Check(sizes))
        Py_RETURN_NONE;
    Py_BEGIN_CRITICAL_SECTION(sizes);
    sum = sum_values(sizes);
    Py_END_CRITICAL_SECTION();
    return PyLong_FromLong(sum);
}

static PyMethodDef methods[] = {{"add_all", add_all, METH_O, NULL},
                                {"add_list", add_list, METH_O, NULL},
                                {"add_guarded", add_guarded, METH_O, NULL},
                                {"add_seen", add_seen, METH_NOARGS, NULL},
                                {"sum", sum_in_helper, METH_O, NULL},
                                {NULL, NULL, 0, NULL}};
static PyType_Slot type_slots[] = {{Py_tp_methods, methods}, {0, NULL}};
static PyType_Spec spec = {"demo.Shelf", sizeof(Shelf), 0, Py_TPFLAGS_DEFAULT, type_slots};
static int demo_exec(PyObject *m)
{
    PyObject *type = PyType_FromModuleAndSpec(m, &spec, NULL);
    return type ? PyModule_Add(m, "Shelf", type) : -1;
}
static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
