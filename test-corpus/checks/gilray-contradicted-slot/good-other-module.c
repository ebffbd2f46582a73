// corpus: check=gilray-contradicted-slot py=3.13.. gilray="--checks=gilray-contradicted-slot"
// The module with the shared counter promises nothing; the one that does is another.
#include <Python.h>

static long calls;

static PyObject *count(PyObject *self, PyObject *unused) { return PyLong_FromLong(++calls); }

static PyMethodDef methods[] = {{"count", count, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot counter_slots[] = {
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
    {Py_mod_gil, Py_MOD_GIL_USED}, // ok: gilray-contradicted-slot
    {0, NULL},
};
static struct PyModuleDef counter = {
    PyModuleDef_HEAD_INIT, .m_name = "counter", .m_methods = methods, .m_slots = counter_slots};
PyMODINIT_FUNC PyInit_counter(void) { return PyModuleDef_Init(&counter); }

static PyModuleDef_Slot scout_slots[] = {
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED}, // ok: gilray-contradicted-slot
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},                                    // ok: gilray-contradicted-slot
    {0, NULL},
};
static struct PyModuleDef scout = {PyModuleDef_HEAD_INIT, .m_name = "scout", .m_slots = scout_slots};
PyMODINIT_FUNC PyInit_scout(void) { return PyModuleDef_Init(&scout); }
