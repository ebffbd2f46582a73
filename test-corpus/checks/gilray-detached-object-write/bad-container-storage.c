// corpus: check=gilray-detached-object-write variants=gil py=3.9..
// Writing into the storage of a list that others can reach.
#include <Python.h>

void wait_for_value(void);

typedef struct {
    PyObject_HEAD
    PyObject *history;
} recorder;

static PyObject *recorder_put(PyObject *op, PyObject *value)
{
    recorder *self = (recorder *)op;
    PyListObject *list = (PyListObject *)self->history;
    Py_INCREF(value);
    Py_BEGIN_ALLOW_THREADS
    wait_for_value();
    list->ob_item[0] = value; // expect: gilray-detached-object-write "PyListObject"
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}

static PyObject *recorder_first(PyObject *op, PyObject *args)
{
    PyObject *first = PyList_GetItem(((recorder *)op)->history, 0);
    Py_XINCREF(first);
    return first;
}

PyMethodDef recorder_methods[] = {
    {"put", recorder_put, METH_O, NULL}, {"first", recorder_first, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
