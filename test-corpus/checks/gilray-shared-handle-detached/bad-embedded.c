// corpus: check=gilray-shared-handle-detached py=3.9..
// The library's structure lies in the object; close() tests a flag that says only whether it is open.
#include <Python.h>

typedef struct {
    int fd;
} telescope;
int telescope_turn(telescope *t, int degrees);
void telescope_close(telescope *t);

typedef struct {
    PyObject_HEAD
    telescope t;
    int open;
} dome;

static PyObject *dome_turn(PyObject *op, PyObject *arg)
{
    dome *self = (dome *)op;
    int rc, degrees = (int)PyLong_AsLong(arg);
    if (!self->open)
        return PyErr_Format(PyExc_ValueError, "closed");
    Py_BEGIN_ALLOW_THREADS
    rc = telescope_turn(&self->t, degrees); // expect: gilray-shared-handle-detached "'dome_close' may end it"
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(rc);
}

static PyObject *dome_close(PyObject *op, PyObject *ignored)
{
    dome *self = (dome *)op;
    if (self->open) {
        self->open = 0; // expect(nogil): gilray-unguarded-field "open"
        telescope_close(&self->t);
    }
    Py_RETURN_NONE;
}

PyMethodDef dome_methods[] = {
    {"turn", dome_turn, METH_O, NULL}, {"close", dome_close, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
