// corpus: check=* py=3.9..
// The saved thread state in the object says that somebody is inside.
#include <Python.h>

typedef struct pump pump;
int pump_run(pump *p);
void pump_free(pump *p);

typedef struct {
    PyObject_HEAD
    pump *p;
    PyThreadState *inside;
} well;

static PyObject *well_run(PyObject *op, PyObject *ignored)
{
    well *self = (well *)op;
    int rc;
    if (self->inside != NULL)
        return PyErr_Format(PyExc_RuntimeError, "already running");
    self->inside = PyEval_SaveThread(); // expect(nogil): gilray-unguarded-field "inside"
    rc = pump_run(self->p); // ok: gilray-shared-handle-detached  close() looks at self->inside
    PyEval_RestoreThread(self->inside);
    self->inside = NULL;
    return PyLong_FromLong(rc);
}

static PyObject *well_close(PyObject *op, PyObject *ignored)
{
    well *self = (well *)op;
    if (self->inside != NULL)
        return PyErr_Format(PyExc_RuntimeError, "running");
    if (self->p != NULL)
        pump_free(self->p);
    self->p = NULL;
    Py_RETURN_NONE;
}

PyMethodDef well_methods[] = {
    {"run", well_run, METH_NOARGS, NULL}, {"close", well_close, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
