// corpus: check=gilray-blocking-call-attached py=3.9..
// Rows that are in memory are fetched attached, others with the lock released; both in one loop.
#include <Python.h>

typedef struct st_mysql_res MYSQL_RES;
typedef char **MYSQL_ROW;
extern MYSQL_ROW mysql_fetch_row(MYSQL_RES *result);

typedef struct {
    PyObject_HEAD
    MYSQL_RES *result;
    int streamed;
} Result;

PyObject *fetch(PyObject *op, PyObject *unused)
{
    Result *self = (Result *)op;
    long rows = 0;
    for (;;) {
        MYSQL_ROW row;
        if (!self->streamed)
            row = mysql_fetch_row(self->result); // ok: gilray-blocking-call-attached
        else {
            Py_BEGIN_ALLOW_THREADS
            row = mysql_fetch_row(self->result); // expect: gilray-shared-handle-detached
            Py_END_ALLOW_THREADS
        }
        if (!row)
            break;
        rows++;
    }
    return PyLong_FromLong(rows);
}

static PyMethodDef methods[] = {{"fetch", fetch, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};

PyMethodDef *result_methods(void) { return methods; }
