// corpus: check=gilray-detached-object-write py=3.9..
// One caller has just made the object; another one hands in that of a method, which other threads may have.
#include <Python.h>

typedef struct base base;
extern base *base_open(const char *path);

typedef struct {
    PyObject_HEAD
    base *handle;
} Database;

extern PyTypeObject Database_Type;

static int open_base(Database *self, const char *path)
{
    Py_BEGIN_ALLOW_THREADS
    self->handle = base_open(path); // expect: gilray-detached-object-write "handle"; expect(nogil): gilray-unguarded-field "handle"
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

static PyObject *database_reopen(PyObject *op, PyObject *arg)
{
    const char *path = PyUnicode_AsUTF8(arg);
    if (!path)
        return NULL;
    if (open_base((Database *)op, path) < 0)
        return PyErr_Format(PyExc_OSError, "cannot open %s", path);
    Py_RETURN_NONE;
}

static PyObject *database_is_open(PyObject *op, PyObject *unused)
{
    return PyBool_FromLong(((Database *)op)->handle != NULL);
}

static PyMethodDef functions[] = {{"open_path", open_path, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static PyMethodDef methods[] = {{"reopen", database_reopen, METH_O, NULL},
                                {"is_open", database_is_open, METH_NOARGS, NULL},
                                {NULL, NULL, 0, NULL}};

PyMethodDef *all_methods[] = {functions, methods};
