// corpus: check=gilray-blocking-wait-attached py=3.9..
#include <Python.h>
#include <pthread.h>

typedef struct {
    PyObject_HEAD
    pthread_t reader;
    PyObject *sink;
    int stop;
} Port;

static void *read_loop(void *context)
{
    Port *port = context;
    while (!port->stop) {
        PyGILState_STATE state = PyGILState_Ensure();
        Py_XDECREF(PyObject_CallNoArgs(port->sink));
        PyGILState_Release(state);
    }
    return NULL;
}

static PyObject *start(PyObject *op, PyObject *unused)
{
    Port *self = (Port *)op;
    pthread_create(&self->reader, NULL, read_loop, self);
    Py_RETURN_NONE;
}

static PyObject *stop(PyObject *op, PyObject *unused)
{
    Port *self = (Port *)op;
    self->stop = 1; // expect(nogil): gilray-unguarded-field "stop"
    pthread_join(self->reader, NULL); // expect: gilray-blocking-wait-attached "has to attach first: deadlock"
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"start", start, METH_NOARGS, NULL},
    {"stop", stop, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};
