// corpus: check=gilray-detached-api-call py=3.9..
#include <Python.h>

int device_wait(int handle);

static PyObject *wait_ready(PyObject *self, PyObject *args)
{
    int handle;
    if (!PyArg_ParseTuple(args, "i", &handle))
        return NULL;
    PyThreadState *saved = PyEval_SaveThread();
    int status = device_wait(handle);
    PyObject *result = PyLong_FromLong(status); // expect: gilray-detached-api-call "PyLong_FromLong"
    PyEval_RestoreThread(saved);
    return result;
}

PyMethodDef wait_methods[] = {{"wait_ready", wait_ready, METH_VARARGS, NULL}, {NULL, NULL, 0, NULL}};
