// corpus: check=gilray-release-in-dealloc py=3.9..
// The same for a type made from a spec, with the release in a helper that other methods call, too.
#include <Python.h>

typedef struct conn conn;
void conn_close(conn *c);

typedef struct {
    PyObject_HEAD
    conn *handle;
} connection;

static void close_handle(connection *self)
{
    conn *handle = self->handle;
    self->handle = NULL; // expect(nogil): gilray-unguarded-field "handle"
    if (!handle)
        return;
    PyThreadState *saved = PyEval_SaveThread();
    conn_close(handle);
    PyEval_RestoreThread(saved);
}

static PyObject *connection_close(PyObject *op, PyObject *args)
{
    close_handle((connection *)op); // ok: gilray-release-in-dealloc  a method
    Py_RETURN_NONE;
}

static int connection_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(op));
    return 0;
}

static void connection_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    close_handle((connection *)op); // expect: gilray-release-in-dealloc
    PyObject_GC_UnTrack(op);
    type->tp_free(op);
    Py_DECREF(type);
}

static PyMethodDef methods[] = {{"close", connection_close, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyType_Slot slots[] = {
    {Py_tp_dealloc, connection_dealloc},
    {Py_tp_traverse, connection_traverse},
    {Py_tp_methods, methods},
    {0, NULL},
};
PyType_Spec connection_spec = {"db.connection", sizeof(connection), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, slots};
