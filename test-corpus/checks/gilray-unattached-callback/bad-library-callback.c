// corpus: check=gilray-unattached-callback py=3.9..
// A library calls back from the call that this module makes in a released region: the same handle type ties the two.
#include <Python.h>

typedef struct lib lib;
int lib_step(lib *l);
void lib_on_event(lib *l, void (*on_event)(void *context, int code), void *context);

typedef struct {
    PyObject_HEAD
    lib *handle;
    PyObject *handler;
} stepper;

static void on_event(void *context, int code)
{
    stepper *self = context;
    PyObject *r = PyObject_CallFunction(self->handler, "i", code); // expect: gilray-unattached-callback "lib_step"
    Py_XDECREF(r);
}

static PyObject *stepper_watch(PyObject *op, PyObject *handler)
{
    stepper *self = (stepper *)op;
    Py_INCREF(handler);
    Py_XSETREF(self->handler, handler); // expect(nogil): gilray-unguarded-field "handler"
    lib_on_event(self->handle, on_event, self);
    Py_RETURN_NONE;
}

static PyObject *stepper_step(PyObject *op, PyObject *args)
{
    lib *handle = ((stepper *)op)->handle;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = lib_step(handle); // expect: gilray-shared-handle-detached
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(rc);
}

PyMethodDef stepper_methods[] = {
    {"watch", stepper_watch, METH_O, NULL}, {"step", stepper_step, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
