#include "hooks.h"

int run_hook(PyObject *hook)
{
    PyObject *done = PyObject_CallNoArgs(hook);
    if (done == NULL)
        return -1;
    Py_DECREF(done);
    return 0;
}

PyObject *describe(PyObject *event, PyObject *hook)
{
    if (run_hook(hook) < 0)
        return NULL;
    return PyObject_Str(event);
}

void keep(PyObject *object)
{
    Py_INCREF(object);
}
