// corpus: check=gilray-inconsistent-release py=3.9..
// A method releases to stop the device, the deallocator of the same type does not.
#include <Python.h>

typedef struct device device;
int device_stop(device *);

typedef struct {
    PyObject_HEAD
    device *handle;
} Device;

static PyObject *device_halt(PyObject *op, PyObject *unused)
{
    Device *self = (Device *)op;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = device_stop(self->handle); // expect: gilray-shared-handle-detached
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(rc);
}

static void device_dealloc(PyObject *op)
{
    device_stop(((Device *)op)->handle); // expect: gilray-inconsistent-release "while 'device_halt' releases for the same handle"
    PyObject_Free(op);
}

static PyMethodDef methods[] = {{"halt", device_halt, METH_NOARGS, NULL}, {NULL}};
PyTypeObject DeviceType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "demo.Device",
    .tp_basicsize = sizeof(Device),
    .tp_dealloc = device_dealloc,
    .tp_methods = methods,
};
