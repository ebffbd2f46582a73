// corpus: check=gilray-borrowed-across-detach py=3.9..
// The callback runs in a helper of another file; and a helper of another file uses what it was given after running one.
#include "hooks.h"

static PyObject *notify(PyObject *self, PyObject *args)
{
    PyObject *queue, *hook;
    if (!PyArg_ParseTuple(args, "O!O", &PyList_Type, &queue, &hook))
        return NULL;
    PyObject *event = PyList_GetItem(queue, 0); // expect(nogil): gilray-borrowed-reference "PyList_GetItem"
    if (event == NULL || run_hook(hook) < 0)
        return NULL;
    return PyObject_Repr(event); // expect: gilray-borrowed-across-detach "'PyObject_CallNoArgs' runs Python code here"
}

static PyObject *deliver(PyObject *self, PyObject *args)
{
    PyObject *queue, *hook;
    if (!PyArg_ParseTuple(args, "O!O", &PyList_Type, &queue, &hook))
        return NULL;
    PyObject *event = PyList_GetItem(queue, 0); // expect(nogil): gilray-borrowed-reference "PyList_GetItem"
    if (event == NULL)
        return NULL;
    return describe(event, hook); // expect: gilray-borrowed-across-detach "it is used here"
}

static PyObject *first_owned(PyObject *self, PyObject *args)
{
    PyObject *queue, *hook;
    if (!PyArg_ParseTuple(args, "O!O", &PyList_Type, &queue, &hook))
        return NULL;
    PyObject *event = PyList_GetItem(queue, 0); // expect(nogil): gilray-borrowed-reference "PyList_GetItem"
    if (event == NULL)
        return NULL;
    keep(event);
    PyObject *text = run_hook(hook) < 0 ? NULL : PyObject_Repr(event); // ok: gilray-borrowed-across-detach  'keep' counts
    Py_DECREF(event);
    return text;
}

PyMethodDef notify_methods[] = {{"notify", notify, METH_VARARGS, NULL},
                                {"deliver", deliver, METH_VARARGS, NULL},
                                {"first_owned", first_owned, METH_VARARGS, NULL},
                                {NULL, NULL, 0, NULL}};
