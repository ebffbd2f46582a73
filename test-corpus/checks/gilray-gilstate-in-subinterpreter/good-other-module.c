// corpus: check=gilray-gilstate-in-subinterpreter py=3.13.. gilray="--checks=gilray-gilstate-in-subinterpreter"
// Two modules in one program: the one that uses PyGILState is for the main interpreter only.
#include <Python.h>

static PyObject *poll(PyObject *self, PyObject *unused)
{
    PyGILState_STATE gil = PyGILState_Ensure(); // ok: gilray-gilstate-in-subinterpreter  the other module declares support
    PyGILState_Release(gil);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"poll", poll, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot poller_slots[] = {
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
    {0, NULL},
};
static struct PyModuleDef poller = {
    PyModuleDef_HEAD_INIT, .m_name = "poller", .m_methods = methods, .m_slots = poller_slots};
PyMODINIT_FUNC PyInit_poller(void) { return PyModuleDef_Init(&poller); }

static PyModuleDef_Slot table_slots[] = {
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
    {0, NULL},
};
static struct PyModuleDef table = {PyModuleDef_HEAD_INIT, .m_name = "table", .m_slots = table_slots};
PyMODINIT_FUNC PyInit_table(void) { return PyModuleDef_Init(&table); }
