// corpus: check=gilray-inconsistent-release py=3.9..
// close() keeps the lock so that nobody sees the object half closed; the deallocator has it to itself and may release.
#include <Python.h>

typedef struct device device;
int device_close(device *);
int device_level(device *);

typedef struct {
    PyObject_HEAD
    device *handle;
} Device;

static PyObject *close_device(PyObject *op, PyObject *unused)
{
    Device *self = (Device *)op;
    if (self->handle)
        device_close(self->handle); // ok: gilray-inconsistent-release
    self->handle = NULL; // expect(nogil): gilray-unguarded-field "handle"
    Py_RETURN_NONE;
}

static PyObject *level(PyObject *op, PyObject *unused)
{
    Device *self = (Device *)op;
    return self->handle ? PyLong_FromLong(device_level(self->handle)) : PyErr_Format(PyExc_ValueError, "closed");
}

static void device_dealloc(PyObject *op)
{
    device *handle = ((Device *)op)->handle;
    Py_BEGIN_ALLOW_THREADS
    device_close(handle);
    Py_END_ALLOW_THREADS
    PyObject_Free(op);
}

static PyMethodDef methods[] = {{"close", close_device, METH_NOARGS, NULL}, {"level", level, METH_NOARGS, NULL}, {NULL}};
PyTypeObject DeviceType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "demo.Device",
    .tp_basicsize = sizeof(Device),
    .tp_dealloc = device_dealloc,
    .tp_methods = methods,
};
