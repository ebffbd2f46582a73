// corpus: check=gilray-detached-object-write py=3.9..
// Whoever calls the helper has just made the object and shown it to nobody.
#include <Python.h>

typedef struct base base;
extern base *base_open(const char *path, int *status);
extern void base_close(base *handle);

typedef struct {
    PyObject_HEAD
    base *handle;
    int status;
} Database;

extern PyTypeObject Database_Type;

static int open_base(Database *self, const char *path)
{
    Py_BEGIN_ALLOW_THREADS
    self->handle = base_open(path, &self->status); // ok: gilray-detached-object-write
    Py_END_ALLOW_THREADS
    return self->handle ? 0 : -1;
}

static PyObject *open_path(PyObject *module, PyObject *arg)
{
    const char *path = PyUnicode_AsUTF8(arg);
    Database *made = path ? PyObject_New(Database, &Database_Type) : NULL;
    if (!made)
        return NULL;
    if (open_base(made, path) < 0) {
        Py_DECREF(made);
        return PyErr_Format(PyExc_OSError, "cannot open %s", path);
    }
    return (PyObject *)made;
}

static PyObject *open_memory(PyObject *module, PyObject *unused)
{
    Database *made = PyObject_New(Database, &Database_Type);
    if (!made)
        return NULL;
    if (open_base(made, ":memory:") < 0) {
        Py_DECREF(made);
        return PyErr_Format(PyExc_OSError, "no memory");
    }
    return (PyObject *)made;
}

static PyObject *database_status(PyObject *op, PyObject *unused)
{
    Database *self = (Database *)op;
    return PyLong_FromLong(self->handle ? self->status : -1);
}

static PyMethodDef functions[] = {
    {"open_path", open_path, METH_O, NULL}, {"open_memory", open_memory, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyMethodDef methods[] = {{"status", database_status, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};

PyMethodDef *all_methods[] = {functions, methods};
