// corpus: check=gilray-shared-handle-detached py=3.9..
// The thread that is inside is noted in the object or, where there is one, in its owner; whoever comes looks at both.
#include <Python.h>

typedef struct pump pump;
int pump_run(pump *p);

typedef struct {
    PyObject_HEAD
    PyThreadState *inside;
} plant;

typedef struct {
    PyObject_HEAD
    pump *p;
    plant *owner;
    PyThreadState *inside;
} well;

static int well_is_busy(well *self)
{
    if (self->owner != NULL)
        return self->owner->inside != NULL;
    return self->inside != NULL;
}

static PyObject *well_run(PyObject *op, PyObject *ignored)
{
    well *self = (well *)op;
    int rc;
    if (well_is_busy(self))
        return PyErr_Format(PyExc_RuntimeError, "already running");
    if (self->owner != NULL)
        self->owner->inside = PyEval_SaveThread(); // expect(nogil): gilray-unguarded-field "plant"
    else
        self->inside = PyEval_SaveThread(); // expect(nogil): gilray-unguarded-field "well"
    rc = pump_run(self->p); // ok: gilray-shared-handle-detached  one of the two was set
    if (self->owner != NULL) {
        PyEval_RestoreThread(self->owner->inside);
        self->owner->inside = NULL;
    } else {
        PyEval_RestoreThread(self->inside);
        self->inside = NULL;
    }
    return PyLong_FromLong(rc);
}

PyMethodDef well_methods[] = {{"run", well_run, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
