// corpus: check=gilray-leaked-attach
// The state is kept in an object, but it is this function that gives it up.
#include <Python.h>

struct job {
    PyGILState_STATE gil;
    PyObject *callback;
};

int run(struct job *job)
{
    job->gil = PyGILState_Ensure();
    PyObject *result = PyObject_CallNoArgs(job->callback);
    if (!result)
        return -1; // expect: gilray-leaked-attach
    Py_DECREF(result);
    PyGILState_Release(job->gil);
    return 0;
}
