// corpus: check=gilray-state-after-detach py=3.9..
// close() may run while this thread waits.
#include <Python.h>

typedef struct drill drill;
void drill_sleep(int ms);
int drill_depth(drill *d);
void drill_close(drill *d);

typedef struct {
    PyObject_HEAD
    drill *d;
    PyObject *log;
} rig;

static PyObject *rig_depth(PyObject *op, PyObject *ignored)
{
    rig *self = (rig *)op;
    if (!self->d)
        return PyErr_Format(PyExc_ValueError, "closed");
    Py_BEGIN_ALLOW_THREADS
    drill_sleep(10);
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(drill_depth(self->d)); // expect: gilray-state-after-detach "'rig_close' gives it up here"
}

static PyObject *rig_note(PyObject *op, PyObject *line)
{
    rig *self = (rig *)op;
    if (self->log != NULL) {
        Py_BEGIN_ALLOW_THREADS
        drill_sleep(10);
        Py_END_ALLOW_THREADS
        if (PyList_Append(self->log, line) < 0) // expect: gilray-state-after-detach "field 'log'"
            return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *rig_close(PyObject *op, PyObject *ignored)
{
    rig *self = (rig *)op;
    if (self->d != NULL) {
        drill_close(self->d);
        self->d = NULL; // expect(nogil): gilray-unguarded-field "d"
    }
    Py_CLEAR(self->log);
    Py_RETURN_NONE;
}

PyMethodDef rig_methods[] = {{"depth", rig_depth, METH_NOARGS, NULL},
                             {"note", rig_note, METH_O, NULL},
                             {"close", rig_close, METH_NOARGS, NULL},
                             {NULL, NULL, 0, NULL}};
