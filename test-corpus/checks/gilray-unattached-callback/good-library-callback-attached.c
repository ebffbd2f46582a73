// corpus: check=* py=3.9..
// The same library, but this module never calls it detached: its callbacks run attached.
#include <Python.h>

typedef struct lib lib;
int lib_step(lib *l);
void lib_on_event(lib *l, void (*on_event)(void *context, int code), void *context);
int other_wait(int fd);

typedef struct {
    PyObject_HEAD
    lib *handle;
    PyObject *handler;
} stepper;

static void on_event(void *context, int code)
{
    stepper *self = context;
    PyObject *r = PyObject_CallFunction(self->handler, "i", code); // ok: gilray-unattached-callback  lib_step runs attached
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
    int rc, fd = (int)PyLong_AsLong(args);
    Py_BEGIN_ALLOW_THREADS
    fd = other_wait(fd);
    Py_END_ALLOW_THREADS
    rc = lib_step(((stepper *)op)->handle);
    return PyErr_Occurred() ? NULL : PyLong_FromLong(rc + fd);
}

PyMethodDef stepper_methods[] = {
    {"watch", stepper_watch, METH_O, NULL}, {"step", stepper_step, METH_O, NULL}, {NULL, NULL, 0, NULL}};
