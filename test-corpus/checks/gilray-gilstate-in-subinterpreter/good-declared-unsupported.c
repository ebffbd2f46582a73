// corpus: check=* py=3.12..
// The module refuses to be loaded in other interpreters.
#include <Python.h>

void notify(PyObject *callback)
{
    PyGILState_STATE gil = PyGILState_Ensure(); // ok: gilray-gilstate-in-subinterpreter  only the main interpreter
    PyObject *r = PyObject_CallNoArgs(callback);
    Py_XDECREF(r);
    PyGILState_Release(gil);
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
#ifdef Py_mod_gil
    {Py_mod_gil, Py_MOD_GIL_USED},
#endif
    {0, NULL},
};
static PyModuleDef module = {PyModuleDef_HEAD_INIT, .m_name = "single", .m_slots = slots};

PyMODINIT_FUNC PyInit_single(void)
{
    return PyModuleDef_Init(&module);
}
