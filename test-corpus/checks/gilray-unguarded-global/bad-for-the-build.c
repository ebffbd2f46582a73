// corpus: check=gilray-unguarded-global py=3.13.. variants=nogil gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>

// Compiled for a free-threaded Python: whoever does that wants to know, whatever the module declares so far.
static long calls;

static PyObject *count(PyObject *self, PyObject *ignored)
{
    return PyLong_FromLong(++calls); // expect: gilray-unguarded-global "'calls'"
}

static PyMethodDef methods[] = {{"count", count, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {{0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
