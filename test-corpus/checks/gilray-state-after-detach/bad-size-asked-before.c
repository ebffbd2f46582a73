// corpus: check=gilray-state-after-detach
// The callback may take items out of the list: the loop goes on to where the end was.
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyObject *handlers;
} hub;

static PyObject *call_each(PyObject *self, PyObject *args)
{
    PyObject *list, *hook;
    if (!PyArg_ParseTuple(args, "O!O", &PyList_Type, &list, &hook))
        return NULL;
    Py_ssize_t n = PyList_GET_SIZE(list);
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *item = PyList_GET_ITEM(list, i); // expect: gilray-state-after-detach "the number of items of 'list' was asked before" // expect(nogil): gilray-unlocked-iteration
        Py_INCREF(item);
        PyObject *done = PyObject_CallFunctionObjArgs(hook, item, NULL);
        Py_DECREF(item);
        if (done == NULL)
            return NULL;
        Py_DECREF(done);
    }
    Py_RETURN_NONE;
}

static PyObject *fire(PyObject *op, PyObject *arg)
{
    hub *self = (hub *)op;
    PyObject *seq = PySequence_Fast(arg, "a sequence is needed");
    if (seq == NULL)
        return NULL;
    Py_ssize_t n = PySequence_Fast_GET_SIZE(seq), i = 0;
    while (i < n) {
        PyObject *event = PySequence_Fast_GET_ITEM(seq, i++); // expect: gilray-state-after-detach "is relied on afterwards" // expect(nogil): gilray-unlocked-iteration
        Py_INCREF(event);
        PyObject *done = PyObject_CallMethod(self->handlers, "put", "O", event);
        Py_DECREF(event);
        if (done == NULL) {
            Py_DECREF(seq);
            return NULL;
        }
        Py_DECREF(done);
    }
    Py_DECREF(seq);
    Py_RETURN_NONE;
}

PyMethodDef hub_methods[] = {
    {"call_each", call_each, METH_VARARGS, NULL}, {"fire", fire, METH_O, NULL}, {NULL, NULL, 0, NULL}};
