// corpus: check=gilray-double-detach py=3.9..
#include <Python.h>

static PyThreadState *worker_state;

static PyObject *prepare(PyObject *self, PyObject *args)
{
    worker_state = PyThreadState_New(PyThreadState_Get()->interp); // expect(nogil): gilray-unguarded-global "worker_state"
    PyEval_AcquireThread(worker_state); // expect: gilray-double-detach
    PyErr_Clear();
    PyEval_ReleaseThread(worker_state);
    Py_RETURN_NONE;
}

PyMethodDef prepare_methods[] = {{"prepare", prepare, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
