// corpus: check=gilray-contradicted-slot py=3.13.. gilray="--checks=gilray-contradicted-slot"
// Threads may run at once, says the module; a plain counter is written by all of them.
#include <Python.h>

static long calls;

static PyObject *count(PyObject *self, PyObject *unused) { return PyLong_FromLong(++calls); }

static PyMethodDef methods[] = {{"count", count, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
    {Py_mod_gil, Py_MOD_GIL_NOT_USED}, // expect: gilray-contradicted-slot "calls"
    {0, NULL},
};
static struct PyModuleDef scout = {
    PyModuleDef_HEAD_INIT, .m_name = "scout", .m_methods = methods, .m_slots = slots};

PyMODINIT_FUNC PyInit_scout(void) { return PyModuleDef_Init(&scout); }
