// corpus: check=gilray-state-after-detach
// The size is asked in each turn, the item is fetched with a function that looks, or nobody else has the list.
#include <Python.h>

static int call(PyObject *hook, PyObject *item)
{
    PyObject *done = PyObject_CallFunctionObjArgs(hook, item, NULL);
    Py_XDECREF(done);
    return done ? 0 : -1;
}

static PyObject *ask_again(PyObject *hook, PyObject *list)
{
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); i++) {
        PyObject *item = PyList_GET_ITEM(list, i); // ok: gilray-state-after-detach // expect(nogil): gilray-unlocked-iteration
        Py_INCREF(item);
        int rc = call(hook, item);
        Py_DECREF(item);
        if (rc < 0)
            return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *checked(PyObject *hook, PyObject *list)
{
    Py_ssize_t n = PyList_GET_SIZE(list);
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *item = PySequence_GetItem(list, i); // ok: gilray-state-after-detach
        if (item == NULL)
            return NULL;
        int rc = call(hook, item);
        Py_DECREF(item);
        if (rc < 0)
            return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *own_copy(PyObject *hook, PyObject *list)
{
    PyObject *copy = PySequence_List(list);
    if (copy == NULL)
        return NULL;
    Py_ssize_t n = PyList_GET_SIZE(copy);
    for (Py_ssize_t i = 0; i < n; i++)
        if (call(hook, PyList_GET_ITEM(copy, i)) < 0) // ok: gilray-state-after-detach
            break;
    Py_DECREF(copy);
    Py_RETURN_NONE;
}

static PyObject *nothing_runs(PyObject *self, PyObject *list)
{
    Py_ssize_t n = PyList_GET_SIZE(list), none = 0;
    for (Py_ssize_t i = 0; i < n; i++)
        none += PyList_GET_ITEM(list, i) == Py_None; // ok: gilray-state-after-detach // expect(nogil): gilray-unlocked-iteration
    return PyLong_FromSsize_t(none);
}

PyMethodDef hub_methods[] = {{"ask_again", ask_again, METH_O, NULL},
                             {"checked", checked, METH_O, NULL},
                             {"own_copy", own_copy, METH_O, NULL},
                             {"nothing_runs", nothing_runs, METH_O, NULL},
                             {NULL, NULL, 0, NULL}};
