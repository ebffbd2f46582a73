// corpus: check=* py=3.9..
// Addresses of fields that are not filled: locks, library structures used in place, numbers passed by address, what is
// only read; an object that is being made; the slot for the released thread state.
#include <Python.h>
#include <pthread.h>

typedef struct lib lib;
typedef struct {
    int state;
} stream;
int lib_open(const char *path, lib **to);
void lib_show(lib *const *from);
void stream_feed(stream *s, const char *data);
void dscal_(int *n, double *by, double *x);

typedef struct {
    PyObject_HEAD
    pthread_mutex_t mutex;
    lib *handle;
    stream input;
    int n;
    double scale, *x;
    PyThreadState *saved;
} session;

static PyObject *session_run(PyObject *op, PyObject *args)
{
    session *self = (session *)op;
    self->saved = PyEval_SaveThread(); // ok: gilray-detached-object-write  part of the release; expect(nogil): gilray-unguarded-field "saved"
    pthread_mutex_lock(&self->mutex); // ok: gilray-detached-object-write  a lock
    pthread_mutex_unlock(&self->mutex);
    lib_show(&self->handle);           // ok: gilray-detached-object-write  read only
    stream_feed(&self->input, "");     // ok: gilray-detached-object-write  the library's own structure
    dscal_(&self->n, &self->scale, self->x); // ok: gilray-detached-object-write  Fortran passes everything by address
    PyEval_RestoreThread(self->saved);
    Py_RETURN_NONE;
}

static PyObject *session_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    session *self = (session *)type->tp_alloc(type, 0);
    if (!self)
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    lib_open("default", &self->handle); // ok: gilray-detached-object-write  nobody else has the object yet
    Py_END_ALLOW_THREADS
    return (PyObject *)self;
}

static PyObject *session_state(PyObject *op, PyObject *args)
{
    session *self = (session *)op;
    return Py_BuildValue("iidOO", self->input.state, self->n, self->scale, self->handle ? Py_True : Py_False,
                         self->saved ? Py_True : Py_False);
}

static PyMethodDef session_methods[] = {
    {"run", session_run, METH_NOARGS, NULL}, {"state", session_state, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
PyTypeObject session_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "lib.session",
    .tp_basicsize = sizeof(session),
    .tp_new = session_new,
    .tp_methods = session_methods,
};
