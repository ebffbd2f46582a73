// corpus: check=* py=3.9..
// An object that nobody else has yet.
#include <Python.h>

typedef struct db db;
db *db_open(const char *path);

typedef struct {
    PyObject_HEAD
    db *handle;
} connection;

static PyObject *connection_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    const char *path;
    if (!PyArg_ParseTuple(args, "s", &path))
        return NULL;
    connection *self = (connection *)type->tp_alloc(type, 0);
    if (!self)
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    self->handle = db_open(path); // ok: gilray-detached-object-write  not published yet
    Py_END_ALLOW_THREADS
    return (PyObject *)self;
}

static PyObject *connection_is_open(PyObject *op, PyObject *args)
{
    return PyBool_FromLong(((connection *)op)->handle != NULL);
}

static PyMethodDef methods[] = {{"is_open", connection_is_open, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
PyTypeObject connection_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "db.connection",
    .tp_basicsize = sizeof(connection),
    .tp_new = connection_new,
    .tp_methods = methods,
};
