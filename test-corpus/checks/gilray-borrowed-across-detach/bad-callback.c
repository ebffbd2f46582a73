// corpus: check=gilray-borrowed-across-detach py=3.9..
// Python code that is called in between may change the container.
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyObject *rules;
} filter;

static PyObject *filter_apply(PyObject *op, PyObject *args)
{
    filter *self = (filter *)op;
    PyObject *name, *hook;
    if (!PyArg_ParseTuple(args, "UO", &name, &hook))
        return NULL;
    PyObject *rule = PyDict_GetItemWithError(self->rules, name); // expect(nogil): gilray-borrowed-reference "PyDict_GetItemWithError"
    if (rule == NULL)
        return NULL;
    PyObject *seen = PyObject_CallFunctionObjArgs(hook, name, NULL);
    if (seen == NULL)
        return NULL;
    Py_DECREF(seen);
    Py_INCREF(rule); // expect: gilray-borrowed-across-detach "'rule' is borrowed from 'self->rules'"
    return rule;
}

static PyObject *filter_all(PyObject *op, PyObject *hook)
{
    filter *self = (filter *)op;
    PyObject *key, *value, *out = PyDict_New();
    Py_ssize_t pos = 0;
    if (out == NULL)
        return NULL;
    while (PyDict_Next(self->rules, &pos, &key, &value)) { // expect(nogil): gilray-unlocked-iteration "PyDict_Next"
        PyObject *made = PyObject_CallFunctionObjArgs(hook, value, NULL);
        if (made == NULL || PyDict_SetItem(out, key, made) < 0) { // expect: gilray-borrowed-across-detach "key"
            Py_XDECREF(made);
            Py_DECREF(out);
            return NULL;
        }
        Py_DECREF(made);
    }
    return out;
}

static PyObject *filter_add(PyObject *op, PyObject *args)
{
    PyObject *name, *rule;
    if (!PyArg_ParseTuple(args, "UO", &name, &rule) || PyDict_SetItem(((filter *)op)->rules, name, rule) < 0)
        return NULL;
    Py_RETURN_NONE;
}

PyMethodDef filter_methods[] = {{"apply", filter_apply, METH_VARARGS, NULL},
                                {"all", filter_all, METH_O, NULL},
                                {"add", filter_add, METH_VARARGS, NULL},
                                {NULL, NULL, 0, NULL}};
