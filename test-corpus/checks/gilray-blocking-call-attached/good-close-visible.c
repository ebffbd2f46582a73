// corpus: check=gilray-blocking-call-attached py=3.9..
// An object that others can use must not be seen half closed: the handle is closed and forgotten under the lock.
#include <Python.h>

typedef struct sqlite3 sqlite3;
int sqlite3_close(sqlite3 *);
int sqlite3_total_changes(sqlite3 *);

typedef struct {
    PyObject_HEAD
    sqlite3 *db;
} Connection;

PyObject *connection_close(PyObject *op, PyObject *unused)
{
    Connection *self = (Connection *)op;
    if (self->db) {
        sqlite3_close(self->db); // ok: gilray-blocking-call-attached  closed in the eyes of all others
        self->db = NULL;
    }
    Py_RETURN_NONE;
}

PyObject *connection_changes(PyObject *op, PyObject *unused)
{
    Connection *self = (Connection *)op;
    if (!self->db)
        return PyErr_Format(PyExc_ValueError, "closed");
    return PyLong_FromLong(sqlite3_total_changes(self->db));
}
