// corpus: check=gilray-gilstate-in-subinterpreter py=3.12.. gilray="--checks=gilray-gilstate-in-subinterpreter"
// The module says that it supports several interpreters; its callback attaches to the main one.
#include <Python.h>

typedef struct lib lib;
void lib_on_event(lib *l, void (*on_event)(void *), void *context);

static void on_event(void *context)
{
    PyGILState_STATE gil = PyGILState_Ensure(); // expect: gilray-gilstate-in-subinterpreter
    PyObject *r = PyObject_CallNoArgs(context);
    Py_XDECREF(r);
    PyGILState_Release(gil);
}

static PyObject *watch(PyObject *module, PyObject *callback)
{
    Py_INCREF(callback);
    lib_on_event(NULL, on_event, callback);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"watch", watch, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
    {0, NULL},
};
static PyModuleDef module = {PyModuleDef_HEAD_INIT, .m_name = "events", .m_methods = methods, .m_slots = slots};

PyMODINIT_FUNC PyInit_events(void)
{
    return PyModuleDef_Init(&module);
}
