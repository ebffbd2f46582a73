// corpus: check=gilray-gilstate-in-subinterpreter py=3.12.. gilray="--checks=gilray-gilstate-in-subinterpreter"
// Support for interpreters that share the lock is declared: the attached interpreter is still the wrong one.
#include <Python.h>
#include <pthread.h>

static void *worker(void *callback)
{
    PyGILState_STATE gil = PyGILState_Ensure(); // expect: gilray-gilstate-in-subinterpreter
    PyObject *r = PyObject_CallNoArgs(callback);
    Py_XDECREF(r);
    PyGILState_Release(gil);
    return NULL;
}

static PyObject *start(PyObject *module, PyObject *callback)
{
    pthread_t thread;
    Py_INCREF(callback);
    pthread_create(&thread, NULL, worker, callback);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"start", start, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_SUPPORTED},
    {0, NULL},
};
static PyModuleDef module = {PyModuleDef_HEAD_INIT, .m_name = "workers", .m_methods = methods, .m_slots = slots};

PyMODINIT_FUNC PyInit_workers(void)
{
    return PyModuleDef_Init(&module);
}
