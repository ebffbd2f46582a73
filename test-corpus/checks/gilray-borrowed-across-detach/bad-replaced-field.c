// corpus: check=gilray-borrowed-across-detach py=3.9..
// What a field holds is replaced by a setter while the old object is still in use.
#include <Python.h>

int plotter_draw(const char *title, long width);

typedef struct {
    PyObject_HEAD
    PyObject *title;
    PyObject *hook;
} plotter;

static PyObject *plotter_run(PyObject *op, PyObject *ignored)
{
    plotter *self = (plotter *)op;
    const char *title = PyBytes_AS_STRING(self->title);
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = plotter_draw(title, 80); // expect: gilray-borrowed-across-detach "field 'title'"
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(rc);
}

static PyObject *plotter_notify(PyObject *op, PyObject *arg)
{
    plotter *self = (plotter *)op;
    PyObject *hook = self->hook;
    PyObject *first = PyObject_CallFunctionObjArgs(hook, arg, NULL);
    if (first == NULL)
        return NULL;
    Py_DECREF(first);
    return PyObject_CallFunctionObjArgs(hook, NULL); // expect: gilray-borrowed-across-detach "field 'hook'"
}

static int plotter_set_title(PyObject *op, PyObject *value, void *closure)
{
    plotter *self = (plotter *)op;
    PyObject *old = self->title;
    Py_INCREF(value);
    self->title = value; // expect(nogil): gilray-unguarded-field "title"
    Py_XDECREF(old);
    return 0;
}

static PyObject *plotter_unhook(PyObject *op, PyObject *ignored)
{
    plotter *self = (plotter *)op;
    Py_CLEAR(self->hook);
    Py_RETURN_NONE;
}

PyMethodDef plotter_methods[] = {{"run", plotter_run, METH_NOARGS, NULL},
                                 {"notify", plotter_notify, METH_O, NULL},
                                 {"unhook", plotter_unhook, METH_NOARGS, NULL},
                                 {NULL, NULL, 0, NULL}};
PyGetSetDef plotter_getset[] = {{"title", NULL, plotter_set_title, NULL, NULL}, {NULL, NULL, NULL, NULL, NULL}};
