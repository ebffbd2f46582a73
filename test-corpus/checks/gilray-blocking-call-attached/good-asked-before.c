// corpus: check=gilray-blocking-call-attached py=3.9..
// The library has just said that the next call will not wait.
#include <Python.h>

typedef struct pg_conn PGconn;
typedef struct pg_result PGresult;
extern PGresult *PQgetResult(PGconn *);
extern int PQisBusy(PGconn *), PQconsumeInput(PGconn *);
extern void PQclear(PGresult *);

typedef struct {
    PyObject_HEAD
    PGconn *conn;
} Connection;

PyObject *poll(PyObject *op, PyObject *unused)
{
    Connection *self = (Connection *)op;
    PGresult *result;
    if (!PQconsumeInput(self->conn)) // expect(nogil): gilray-unguarded-field "conn"
        return PyErr_Format(PyExc_OSError, "connection lost");
    for (;;) {
        if (PQisBusy(self->conn))
            Py_RETURN_FALSE;
        result = PQgetResult(self->conn); // ok: gilray-blocking-call-attached
        if (!result)
            break;
        PQclear(result);
    }
    Py_RETURN_TRUE;
}

static PyMethodDef methods[] = {{"poll", poll, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};

PyMethodDef *connection_methods(void) { return methods; }
