// corpus: check=* py=3.9..
// Marked as busy before the region: in the method itself, in a helper, or by the thread state that is saved in the object.
#include <Python.h>

typedef struct crane crane;
int crane_lift(crane *c);
void crane_close(crane *c);

typedef struct {
    PyObject_HEAD
    crane *c;
    int busy;
    PyThreadState *inside;
} yard;

static int enter(yard *self)
{
    if (self->busy) {
        PyErr_SetString(PyExc_RuntimeError, "in use");
        return -1;
    }
    self->busy = 1; // expect(nogil): gilray-unguarded-field "busy"
    return 0;
}

static PyObject *yard_lift(PyObject *op, PyObject *ignored)
{
    yard *self = (yard *)op;
    int rc;
    if (enter(self) < 0)
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    rc = crane_lift(self->c); // ok: gilray-shared-handle-detached  close() tests self->busy
    Py_END_ALLOW_THREADS
    self->busy = 0;
    return PyLong_FromLong(rc);
}

static PyObject *yard_close(PyObject *op, PyObject *ignored)
{
    yard *self = (yard *)op;
    if (enter(self) < 0)
        return NULL;
    crane_close(self->c);
    self->c = NULL;
    self->busy = 0;
    Py_RETURN_NONE;
}

PyMethodDef yard_methods[] = {
    {"lift", yard_lift, METH_NOARGS, NULL}, {"close", yard_close, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
