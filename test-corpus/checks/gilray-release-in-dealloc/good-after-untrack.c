// corpus: check=* py=3.9..
// Untracked first, a pending exception put aside, then released.
#include <Python.h>

typedef struct conn conn;
void conn_close(conn *c);

typedef struct {
    PyObject_HEAD
    conn *handle;
    PyObject *owner;
} connection;

static int connection_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(((connection *)op)->owner);
    return 0;
}

static void connection_dealloc(PyObject *op)
{
    connection *self = (connection *)op;
    PyObject *type, *value, *traceback;
    PyObject_GC_UnTrack(op);
    PyErr_Fetch(&type, &value, &traceback);
    if (self->handle) {
        Py_BEGIN_ALLOW_THREADS // ok: gilray-release-in-dealloc  untracked, the exception is put aside
        conn_close(self->handle);
        Py_END_ALLOW_THREADS
    }
    PyErr_Restore(type, value, traceback);
    Py_CLEAR(self->owner); // ok: gilray-detached-api-call  attached
    Py_TYPE(op)->tp_free(op);
}

static int connection_clear(PyObject *op)
{
    Py_CLEAR(((connection *)op)->owner);
    return 0;
}

PyTypeObject connection_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "db.connection",
    .tp_basicsize = sizeof(connection),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_dealloc = connection_dealloc,
    .tp_traverse = connection_traverse,
    .tp_clear = connection_clear,
};
