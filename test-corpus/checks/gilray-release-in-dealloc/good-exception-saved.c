// corpus: check=* py=3.9..
// A callback runs while the connection closes, and the exception was put aside before.
#include <Python.h>

typedef struct conn conn;
void conn_set_data(conn *c, void *data, void (*forget)(void *data));
void conn_close(conn *c);

typedef struct {
    PyObject_HEAD
    conn *handle;
    PyObject *listener;
} connection;

static void forget(void *data)
{
    PyGILState_STATE gil = PyGILState_Ensure();
    PyObject *done = PyObject_CallFunction((PyObject *)data, NULL);
    if (!done)
        PyErr_Print();
    Py_XDECREF(done);
    PyGILState_Release(gil);
}

static PyObject *connection_listen(PyObject *op, PyObject *listener)
{
    connection *self = (connection *)op;
    Py_INCREF(listener);
    Py_XSETREF(self->listener, listener); // expect(nogil): gilray-unguarded-field "listener"
    conn_set_data(self->handle, listener, forget);
    Py_RETURN_NONE;
}

static void connection_dealloc(PyObject *op)
{
    connection *self = (connection *)op;
    conn *handle = self->handle;
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    Py_BEGIN_ALLOW_THREADS
    conn_close(handle); // ok: gilray-release-in-dealloc  nothing is pending now
    Py_END_ALLOW_THREADS
    Py_CLEAR(self->listener);
    PyErr_Restore(type, value, traceback);
    Py_TYPE(op)->tp_free(op);
}

static PyMethodDef connection_methods[] = {{"listen", connection_listen, METH_O, NULL}, {NULL, NULL, 0, NULL}};

PyTypeObject connection_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "db.connection",
    .tp_basicsize = sizeof(connection),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_dealloc = connection_dealloc,
    .tp_methods = connection_methods,
};
