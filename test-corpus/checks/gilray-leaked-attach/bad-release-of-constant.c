// corpus: check=gilray-leaked-attach
// What is released came from no Ensure: wrong, whoever calls the function, and in whatever state.
#include <Python.h>

typedef struct tensor {
    void *context;
    void (*deleter)(struct tensor *self);
} tensor;

static void tensor_deleter(tensor *self)
{
    PyGILState_STATE state = PyGILState_UNLOCKED;
    Py_XDECREF((PyObject *)self->context);
    PyGILState_Release(state); // expect: gilray-leaked-attach "PyGILState_Release is called without a matching PyGILState_Ensure"
}

void tensor_make(tensor *t, PyObject *of)
{
    Py_INCREF(of);
    t->context = of;
    t->deleter = tensor_deleter;
}

static void tensor_capsule_deleter(PyObject *capsule)
{
    tensor *t = (tensor *)PyCapsule_GetPointer(capsule, "tensor");
    if (t != NULL && t->deleter)
        t->deleter(t);
}

PyObject *tensor_capsule(tensor *t) { return PyCapsule_New(t, "tensor", tensor_capsule_deleter); }

static void log_state(int n)
{
    PyGILState_STATE state;
    if (n > 0)
        state = PyGILState_LOCKED;
    PySys_WriteStdout("%d\n", n);
    PyGILState_Release(state); // expect: gilray-leaked-attach "without a matching PyGILState_Ensure"
}

void log_twice(int n)
{
    PyGILState_STATE outer = PyGILState_Ensure();
    log_state(n);
    log_state(n + 1);
    PyGILState_Release(outer);
}
