// corpus: check=gilray-mutable-global variants=gil gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot"
#include <Python.h>

// Nothing is declared: one finding, with the path from Python to the first write.
static int level; // expect: gilray-mutable-global "'level' and 1 other"
static int peak;

static void store(int value)
{
    level = value;
    if (value > peak)
        peak = value;
}

static PyObject *set_level(PyObject *self, PyObject *arg)
{
    store((int)PyLong_AsLong(arg));
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"set_level", set_level, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {{0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
