// corpus: check=gilray-release-in-dealloc py=3.9..
// On this path an exception is pending, and it was not put aside.
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
        Py_BEGIN_ALLOW_THREADS // xfail: gilray-release-in-dealloc  whether an exception is pending is not followed
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
