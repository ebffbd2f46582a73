// corpus: check=gilray-leaked-attach
// In which state the library calls back is not known, but neither function releases what it ensured.
#include <Python.h>

typedef void (*done_callback)(void *job, int foreign);
extern void jobs_on_done(done_callback done);

static void constant(void *job, int foreign)
{
    PyGILState_STATE state = PyGILState_UNLOCKED;
    PyObject_CallMethod(job, "done", NULL);
    (void)foreign;
    PyGILState_Release(state); // expect: gilray-leaked-attach "PyGILState_Release is called without a matching PyGILState_Ensure"
}

static void only_foreign(void *job, int foreign)
{
    PyGILState_STATE state;
    if (foreign)
        state = PyGILState_Ensure();
    PyObject_CallMethod(job, "done", NULL);
    PyGILState_Release(state); // expect: gilray-leaked-attach "PyGILState_Release is called without a matching PyGILState_Ensure"
}

PyObject *watch(PyObject *self, PyObject *unused)
{
    jobs_on_done(constant);
    jobs_on_done(only_foreign);
    Py_RETURN_NONE;
}
