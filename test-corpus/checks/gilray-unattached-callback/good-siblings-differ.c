// corpus: check=gilray-unattached-callback py=3.9..
// One function attaches, two do not: the library runs some of them from the module's own calls.
#include <Python.h>
#include <stdlib.h>

struct driver {
    int (*open)(struct driver *self);
    int (*read)(struct driver *self);
    void (*close)(struct driver *self);
};
extern int driver_register(struct driver *driver);

static PyObject *backend;

static int driver_open(struct driver *self)
{
    return PyObject_IsTrue(backend); // ok: gilray-unattached-callback
}

static int driver_read(struct driver *self)
{
    PyGILState_STATE state = PyGILState_Ensure();
    int some = PyObject_IsTrue(backend);
    PyGILState_Release(state);
    return some;
}

static void driver_close(struct driver *self)
{
    Py_CLEAR(backend); // ok: gilray-unattached-callback
}

PyObject *install(PyObject *self, PyObject *args)
{
    struct driver *d = malloc(sizeof *d);
    d->open = driver_open;
    d->read = driver_read;
    d->close = driver_close;
    return PyLong_FromLong(driver_register(d));
}
