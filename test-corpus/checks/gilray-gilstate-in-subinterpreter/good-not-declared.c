// corpus: check=* py=3.9.. gilray="--checks=*,-gilray-single-phase-init,-gilray-missing-gil-slot"
// Nothing is declared about interpreters: the module check speaks of that, not this one.
#include <Python.h>
#include <pthread.h>

static void *worker(void *callback)
{
    PyGILState_STATE gil = PyGILState_Ensure(); // ok: gilray-gilstate-in-subinterpreter  no declaration
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
static PyModuleDef module = {PyModuleDef_HEAD_INIT, .m_name = "workers", .m_size = -1, .m_methods = methods};

PyMODINIT_FUNC PyInit_workers(void)
{
    return PyModule_Create(&module);
}
