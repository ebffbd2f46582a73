// corpus: check=gilray-lock-order-inversion py=3.13..
// PyMutex_Lock detaches while it waits, and a critical section is given up by a thread that waits to attach.
#include <Python.h>

extern int port_write(int port, const char *data);

typedef struct {
    PyObject_HEAD
    PyMutex lock;
    int sent;
} Port;

static PyObject *send(PyObject *op, PyObject *args)
{
    Port *self = (Port *)op;
    const char *data;
    if (!PyArg_ParseTuple(args, "s", &data))
        return NULL;
    PyMutex_Lock(&self->lock); // ok: gilray-lock-order-inversion
    int sent;
    Py_BEGIN_ALLOW_THREADS
    sent = port_write(1, data);
    Py_END_ALLOW_THREADS
    self->sent = sent;
    PyMutex_Unlock(&self->lock);
    Py_BEGIN_CRITICAL_SECTION(op); // ok: gilray-lock-order-inversion
    Py_BEGIN_ALLOW_THREADS
    port_write(2, data);
    Py_END_ALLOW_THREADS
    Py_END_CRITICAL_SECTION();
    return PyLong_FromLong(self->sent);
}

static PyMethodDef methods[] = {{"send", send, METH_VARARGS, NULL}, {NULL, NULL, 0, NULL}};
