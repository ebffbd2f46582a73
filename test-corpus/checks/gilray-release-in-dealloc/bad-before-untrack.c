// corpus: check=gilray-release-in-dealloc py=3.9..
// While the lock is released the collector can find the object that is being destroyed.
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
    conn *handle = self->handle;
    Py_BEGIN_ALLOW_THREADS // expect: gilray-release-in-dealloc
    conn_close(handle);
    Py_END_ALLOW_THREADS
    PyObject_GC_UnTrack(op);
    Py_XDECREF(self->owner);
    Py_TYPE(op)->tp_free(op);
}

PyTypeObject connection_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "db.connection",
    .tp_basicsize = sizeof(connection),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_dealloc = connection_dealloc,
    .tp_traverse = connection_traverse,
};
