// corpus: check=* py=3.9..
// A busy flag keeps close() away; and what is tested is not what is used.
#include <Python.h>

typedef struct saw saw;
void saw_wait(int ms);
int saw_cut(saw *s);
void saw_close(saw *s);

typedef struct {
    PyObject_HEAD
    saw *s;
    int busy;
} bench;

static PyObject *bench_cut(PyObject *op, PyObject *ignored)
{
    bench *self = (bench *)op;
    if (self->s == NULL)
        return NULL;
    self->busy++;
    Py_BEGIN_ALLOW_THREADS
    saw_wait(1);
    Py_END_ALLOW_THREADS
    self->busy--;
    return PyLong_FromLong(saw_cut(self->s)); // ok: gilray-state-after-detach  close() looks at self->busy
}

static PyObject *bench_close(PyObject *op, PyObject *ignored)
{
    bench *self = (bench *)op;
    if (self->busy)
        return PyErr_Format(PyExc_RuntimeError, "in use");
    if (self->s != NULL)
        saw_close(self->s);
    self->s = NULL; // expect(nogil): gilray-unguarded-field "s"
    Py_RETURN_NONE;
}

PyMethodDef bench_methods[] = {
    {"cut", bench_cut, METH_NOARGS, NULL}, {"close", bench_close, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
