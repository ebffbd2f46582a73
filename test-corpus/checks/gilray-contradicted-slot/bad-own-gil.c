// corpus: check=gilray-contradicted-slot py=3.13.. gilray="--checks=gilray-contradicted-slot"
// An own GIL per interpreter is promised; an object lives in a variable that all of them share.
#include <Python.h>

static PyObject *last_seen;

static PyObject *remember(PyObject *self, PyObject *value)
{
    Py_XSETREF(last_seen, Py_NewRef(value));
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"remember", remember, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED}, // expect: gilray-contradicted-slot "last_seen"
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};
static struct PyModuleDef scout = {
    PyModuleDef_HEAD_INIT, .m_name = "scout", .m_methods = methods, .m_slots = slots};

PyMODINIT_FUNC PyInit_scout(void) { return PyModuleDef_Init(&scout); }
