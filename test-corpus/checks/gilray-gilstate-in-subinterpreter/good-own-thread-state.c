// corpus: check=* py=3.12..
// The right form for a module that supports several interpreters: a thread state of the saved interpreter.
#include <Python.h>
#include <pthread.h>

struct job {
    PyInterpreterState *interp;
    PyObject *callback;
};

static void *worker(void *arg)
{
    struct job *job = arg;
    PyThreadState *own = PyThreadState_New(job->interp);
    PyEval_RestoreThread(own); // ok: gilray-stale-thread-state  its own, new state
    PyObject *r = PyObject_CallNoArgs(job->callback); // ok: gilray-*
    Py_XDECREF(r);
    Py_DECREF(job->callback);
    PyMem_RawFree(job);
    PyThreadState_Clear(own);
    PyThreadState_DeleteCurrent();
    return NULL;
}

static PyObject *start(PyObject *module, PyObject *callback)
{
    pthread_t thread;
    struct job *job = PyMem_RawMalloc(sizeof *job);
    if (!job)
        return PyErr_NoMemory();
    Py_INCREF(callback);
    job->interp = PyInterpreterState_Get();
    job->callback = callback;
    pthread_create(&thread, NULL, worker, job);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"start", start, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#ifdef Py_mod_gil
    {Py_mod_gil, Py_MOD_GIL_USED},
#endif
    {0, NULL},
};
static PyModuleDef module = {PyModuleDef_HEAD_INIT, .m_name = "workers", .m_methods = methods, .m_slots = slots};

PyMODINIT_FUNC PyInit_workers(void)
{
    return PyModuleDef_Init(&module);
}
