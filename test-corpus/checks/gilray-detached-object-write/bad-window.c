// corpus: check=gilray-detached-object-write py=3.9..
// One store is inside a window in which the lock is held, the other is not.
#include <Python.h>

typedef struct result result;
result *db_fetch(void *db);
void result_free(result *r);

typedef struct {
    PyObject_HEAD
    result *rows;
    void *db;
} cursor;

static PyObject *cursor_execute(PyObject *op, PyObject *args)
{
    cursor *self = (cursor *)op;
    Py_BEGIN_ALLOW_THREADS
    self->rows = db_fetch(self->db); // expect: gilray-detached-object-write "rows"; expect: gilray-shared-handle-detached "second thread"
    if (self->rows == NULL) {
        Py_BLOCK_THREADS
        self->rows = NULL; // ok: gilray-detached-object-write  attached in this window; expect(nogil): gilray-unguarded-field "rows"
        Py_UNBLOCK_THREADS
    }
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}

static PyObject *cursor_close(PyObject *op, PyObject *args)
{
    cursor *self = (cursor *)op;
    if (self->rows)
        result_free(self->rows);
    self->rows = NULL; // ok: gilray-detached-object-write  attached
    Py_RETURN_NONE;
}

PyMethodDef cursor_methods[] = {
    {"execute", cursor_execute, METH_NOARGS, NULL}, {"close", cursor_close, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
