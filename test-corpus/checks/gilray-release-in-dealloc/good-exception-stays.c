// corpus: check=* py=3.9..
// Detaching keeps a pending exception: it belongs to the thread state, which comes back with it. Nothing runs in between
// on this thread that could touch it.
#include <Python.h>

typedef struct conn conn;
void conn_close(conn *c);

typedef struct {
    PyObject_HEAD
    conn *handle;
} connection;

static void connection_dealloc(PyObject *op)
{
    connection *self = (connection *)op;
    if (PyErr_Occurred()) {
        Py_BEGIN_ALLOW_THREADS // ok: gilray-release-in-dealloc  pending, and still pending afterwards
        conn_close(self->handle);
        Py_END_ALLOW_THREADS
    }
    Py_TYPE(op)->tp_free(op);
}

PyTypeObject connection_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "db.connection",
    .tp_basicsize = sizeof(connection),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_dealloc = connection_dealloc,
};
