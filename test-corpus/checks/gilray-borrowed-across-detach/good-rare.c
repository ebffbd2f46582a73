// corpus: check=gilray-borrowed-across-detach py=3.9..
// Allocation, exact types and error paths; what is likely to run Python code, but neither of the element nor on the
// container.
#include <Python.h>

static int check(PyObject *item)
{
    if (!PyLong_Check(item)) {
        PyErr_Format(PyExc_TypeError, "an int is wanted, not %R", item);
        return -1;
    }
    return 0;
}

static PyObject *measure(PyObject *self, PyObject *args)
{
    PyObject *list, *seen;
    if (!PyArg_ParseTuple(args, "O!O!", &PyList_Type, &list, &PyDict_Type, &seen))
        return NULL;
    PyObject *item = PyList_GetItem(list, 0); // expect(nogil): gilray-borrowed-reference "PyList_GetItem"
    if (item == NULL || check(item) < 0)
        return NULL;
    PyObject *n = PyLong_FromSsize_t(PyList_GET_SIZE(list));
    if (n == NULL)
        return NULL;
    if (PyDict_SetItem(seen, n, Py_None) < 0) { // may compare keys: likely, but it is another container
        Py_DECREF(n);
        return NULL;
    }
    Py_DECREF(n);
    return PyNumber_Long(item); // ok: gilray-borrowed-across-detach  nothing certain came in between
}

PyMethodDef measure_methods[] = {{"measure", measure, METH_VARARGS, NULL}, {NULL, NULL, 0, NULL}};
