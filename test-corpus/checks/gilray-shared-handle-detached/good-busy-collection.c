// corpus: check=gilray-shared-handle-detached py=3.9..
// The object whose method it is marks itself as busy; the handle is one of an argument, whose close() looks there.
#include <Python.h>

typedef struct easy easy;
typedef struct multi multi;
extern int multi_remove(multi *, easy *);
extern void easy_close(easy *);

typedef struct {
    PyObject_HEAD
    multi *handle;
    PyThreadState *running;
} Multi;

typedef struct {
    PyObject_HEAD
    easy *handle;
    Multi *within;
} Easy;

extern PyTypeObject Easy_Type;

static PyObject *multi_remove_handle(PyObject *op, PyObject *args)
{
    Multi *self = (Multi *)op;
    Easy *one;
    int rc;
    if (!PyArg_ParseTuple(args, "O!", &Easy_Type, &one) || self->running)
        return NULL;
    self->running = PyEval_SaveThread(); // expect(nogil): gilray-unguarded-field "running"
    rc = multi_remove(self->handle, one->handle); // ok: gilray-shared-handle-detached
    PyEval_RestoreThread(self->running);
    self->running = NULL;
    return PyLong_FromLong(rc);
}

static PyObject *close_easy(PyObject *op, PyObject *unused)
{
    Easy *self = (Easy *)op;
    if (self->within && self->within->running)
        return PyErr_Format(PyExc_RuntimeError, "running");
    if (self->handle) {
        easy_close(self->handle);
        self->handle = NULL; // expect(nogil): gilray-unguarded-field "handle"
    }
    Py_RETURN_NONE;
}

static PyMethodDef multi_methods[] = {{"remove", multi_remove_handle, METH_VARARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyMethodDef easy_methods[] = {{"close", close_easy, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};

PyMethodDef *all_methods[] = {multi_methods, easy_methods};
