// corpus: check=gilray-shared-handle-detached py=3.9..
// Fields that a method writes and looks at, but not before it detaches: they say how far the stream is, not that a
// thread is inside.
#include <Python.h>

typedef struct { int avail; } inflow;
int inflow_run(inflow *in);

typedef struct {
    PyObject_HEAD
    inflow in;
    int phase;
    int eof;
} reader;

static PyObject *reader_next(PyObject *op, PyObject *ignored)
{
    reader *self = (reader *)op;
    int rc;
    if (self->eof)
        Py_RETURN_NONE;
    switch (self->phase) {
    case 0:
        self->phase = 1;
        break;
    default:
        break;
    }
    Py_BEGIN_ALLOW_THREADS
    rc = inflow_run(&self->in); // expect: gilray-shared-handle-detached "nothing keeps a second thread out"
    Py_END_ALLOW_THREADS
    if (rc == 0)
        self->eof = 1; // expect(nogil): gilray-unguarded-field "eof"
    return PyLong_FromLong(rc);
}

PyMethodDef reader_methods[] = {{"next", reader_next, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
