// corpus: check=* py=3.9..
// tp_finalize runs while the object is still whole; it may let other threads run.
#include <Python.h>

typedef struct conn conn;
void conn_close(conn *c);

typedef struct {
    PyObject_HEAD
    conn *handle;
} connection;

static void connection_finalize(PyObject *op)
{
    conn *handle = ((connection *)op)->handle;
    ((connection *)op)->handle = NULL;
    Py_BEGIN_ALLOW_THREADS // ok: gilray-release-in-dealloc  not the deallocator
    conn_close(handle);
    Py_END_ALLOW_THREADS
}

static PyType_Slot slots[] = {{Py_tp_finalize, connection_finalize}, {0, NULL}};
PyType_Spec connection_spec = {"db.connection", sizeof(connection), 0, Py_TPFLAGS_DEFAULT, slots};
