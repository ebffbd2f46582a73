// corpus: check=gilray-lock-order-inversion py=3.9..
// The wrappers of the lock, the thread and the method are in different files.
#include "device.h"

Device device;

static PyObject *start(PyObject *self, PyObject *unused)
{
    pthread_t thread;
    pthread_create(&thread, NULL, device_loop, &device);
    pthread_detach(thread);
    Py_RETURN_NONE;
}

static PyObject *pending(PyObject *self, PyObject *unused)
{
    device_lock(&device); // expect: gilray-lock-order-inversion "attaches holding it"
    int n = device.pending;
    device_unlock(&device);
    return PyLong_FromLong(n);
}

static PyMethodDef methods[] = {
    {"start", start, METH_NOARGS, NULL},
    {"pending", pending, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};
