// corpus: check=gilray-borrowed-across-detach py=3.9..
// Only the constructor replaces the field; that a subclass calls it through its own does not make it a method.
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyObject *loop, *callback;
    int ready;
} Request;

static int request_init(PyObject *op, PyObject *args, PyObject *kwds)
{
    Request *self = (Request *)op;
    PyObject *loop, *before = self->loop;
    if (self->ready)
        return -1;
    if (!PyArg_ParseTuple(args, "O", &loop))
        return -1;
    Py_INCREF(loop);
    self->loop = loop;
    Py_XDECREF(before);
    self->ready = 1; // expect(nogil): gilray-unguarded-field "ready"
    return 0;
}

static PyObject *request_finish(PyObject *op, PyObject *unused)
{
    Request *self = (Request *)op;
    PyObject *loop = self->loop;
    PyObject *result = PyObject_CallFunctionObjArgs(self->callback, op, NULL);
    if (!result)
        PyErr_WriteUnraisable(loop); // ok: gilray-borrowed-across-detach
    Py_XDECREF(result);
    Py_RETURN_NONE;
}

static PyObject *request_again(PyObject *op, PyObject *args)
{
    if (request_init(op, args, NULL) < 0)
        return NULL;
    return request_finish(op, NULL);
}

static PyMethodDef methods[] = {
    {"finish", request_finish, METH_NOARGS, NULL}, {"again", request_again, METH_VARARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyType_Slot slots[] = {{Py_tp_init, request_init}, {Py_tp_methods, methods}, {0, NULL}};
PyType_Spec request_spec = {"m.Request", sizeof(Request), 0, Py_TPFLAGS_DEFAULT, slots};
