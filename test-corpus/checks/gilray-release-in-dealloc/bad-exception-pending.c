// corpus: check=gilray-release-in-dealloc py=3.9..
// The library hands the connection's data back when it closes. The callback attaches, with the thread state of the
// thread that runs the deallocator, and calls Python code while that thread's exception is pending.
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
    Py_BEGIN_ALLOW_THREADS
    conn_close(handle); // expect: gilray-release-in-dealloc "'forget'"
    Py_END_ALLOW_THREADS
    Py_CLEAR(self->listener);
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
