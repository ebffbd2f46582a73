// corpus: check=gilray-unattached-callback py=3.9..
#include <Python.h>
#include <threads.h>

static int worker(void *arg)
{
    return PyList_Append(arg, Py_None); // expect: gilray-unattached-callback
}

PyObject *start(PyObject *self, PyObject *list)
{
    thrd_t thread;
    Py_INCREF(list);
    if (thrd_create(&thread, worker, list) != thrd_success)
        return PyErr_NoMemory();
    thrd_detach(thread);
    Py_RETURN_NONE;
}
