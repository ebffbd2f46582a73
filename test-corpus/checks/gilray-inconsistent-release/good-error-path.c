// corpus: check=gilray-inconsistent-release py=3.9..3.11
// Attached on the way out of a failure, in module creation, and on the small side of a threshold.
#include <Python.h>

extern int lib_work(int n);

#define RELEASED(n) \
    PyObject *work##n(PyObject *self, PyObject *unused) \
    { \
        int value; \
        Py_BEGIN_ALLOW_THREADS \
        value = lib_work(n); \
        Py_END_ALLOW_THREADS \
        return PyLong_FromLong(value); \
    }
RELEASED(1)
RELEASED(2)
RELEASED(3)

PyObject *fails(PyObject *self, PyObject *arg)
{
    if (PyLong_AsLong(arg) < 0) {
        lib_work(0); // ok: gilray-inconsistent-release  error path
        return PyErr_Format(PyExc_ValueError, "negative");
    }
    Py_RETURN_NONE;
}

PyObject *sized(PyObject *self, PyObject *arg)
{
    int value, n = (int)PyLong_AsLong(arg);
    if (n > 100) {
        Py_BEGIN_ALLOW_THREADS
        value = lib_work(n);
        Py_END_ALLOW_THREADS
    } else {
        value = lib_work(n); // ok: gilray-inconsistent-release  small
    }
    return PyLong_FromLong(value);
}

static int demo_exec(PyObject *module)
{
    return lib_work(1); // ok: gilray-inconsistent-release  module creation
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {0, NULL}};
static PyModuleDef definition = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void)
{
    return PyModuleDef_Init(&definition);
}
