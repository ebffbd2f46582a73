// corpus: check=gilray-detached-object-write py=3.9..
// A library fills a pointer of the object while another method may use it; a function of the module does, too.
#include <Python.h>

typedef struct lib lib;
int lib_open(const char *path, lib **to);
lib *lib_default(void);
int lib_ping(lib *l);

typedef struct {
    PyObject_HEAD
    lib *handle, *spare;
} session;

static void open_default(lib **to) { *to = lib_default(); }

static PyObject *session_reopen(PyObject *op, PyObject *arg)
{
    session *self = (session *)op;
    const char *path = PyUnicode_AsUTF8(arg);
    int rc;
    if (!path)
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    rc = lib_open(path, &self->handle); // expect: gilray-detached-object-write "'lib_open'"
    open_default(&self->spare); // expect: gilray-detached-object-write "'open_default'"
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(rc);
}

static PyObject *session_ping(PyObject *op, PyObject *args)
{
    session *self = (session *)op;
    return PyLong_FromLong(lib_ping(self->handle) + lib_ping(self->spare));
}

PyMethodDef session_methods[] = {
    {"reopen", session_reopen, METH_O, NULL}, {"ping", session_ping, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
