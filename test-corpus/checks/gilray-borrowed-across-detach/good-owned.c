// corpus: check=gilray-borrowed-across-detach py=3.9..
// Owned before, owned elsewhere in the function, or fetched anew.
#include <Python.h>

int drum_beat(void);

static void pause_drum(void)
{
    Py_BEGIN_ALLOW_THREADS
    drum_beat();
    Py_END_ALLOW_THREADS
}

static PyObject *own_first(PyObject *self, PyObject *list)
{
    PyObject *item = PyList_GetItem(list, 0); // expect(nogil): gilray-borrowed-reference "PyList_GetItem"
    if (item == NULL)
        return NULL;
    Py_INCREF(item);
    pause_drum();
    PyObject *text = PyObject_Repr(item); // ok: gilray-borrowed-across-detach  counted before
    Py_DECREF(item);
    return text;
}

int drum_name(const char *name);

static PyObject *own_pointer(PyObject *self, PyObject *list)
{
    PyObject *item = PyList_GetItem(list, 0); // expect(nogil): gilray-borrowed-reference "PyList_GetItem"
    Py_XINCREF(item);
    const char *name = item ? PyUnicode_AsUTF8(item) : NULL;
    Py_BEGIN_ALLOW_THREADS
    drum_name(name); // ok: gilray-borrowed-across-detach  the object was owned before the pointer was taken
    Py_END_ALLOW_THREADS
    Py_XDECREF(item);
    Py_RETURN_NONE;
}

static PyObject *kept_elsewhere(PyObject *self, PyObject *list)
{
    PyObject *item = PyList_GetItem(list, 0); // expect(nogil): gilray-borrowed-reference "PyList_GetItem"
    if (item == NULL)
        return NULL;
    PyObject *kept = PyTuple_Pack(1, item);
    if (kept == NULL)
        return NULL;
    pause_drum();
    PyObject *text = PyObject_Repr(item); // ok: gilray-borrowed-across-detach  the tuple has a reference
    Py_DECREF(kept);
    return text;
}

static PyObject *fetched_anew(PyObject *self, PyObject *list)
{
    PyObject *item = PyList_GetItem(list, 0); // expect(nogil): gilray-borrowed-reference "PyList_GetItem"
    if (item == NULL || PyObject_IsTrue(item) < 0)
        return NULL;
    pause_drum();
    item = PyList_GetItem(list, 0); // expect(nogil): gilray-borrowed-reference "PyList_GetItem"
    return item ? PyObject_Repr(item) : NULL; // ok: gilray-borrowed-across-detach  a new one
}

static PyObject *only_compared(PyObject *self, PyObject *list)
{
    PyObject *item = PyList_GetItem(list, 0);
    pause_drum();
    return PyBool_FromLong(item == Py_None); // ok: gilray-borrowed-across-detach  nothing is read through it
}

static PyObject *on_the_other_way(PyObject *self, PyObject *args)
{
    PyObject *list, *hook;
    if (!PyArg_ParseTuple(args, "OO", &list, &hook))
        return NULL;
    PyObject *item = PyList_GetItem(list, 0); // expect(nogil): gilray-borrowed-reference "PyList_GetItem"
    if (item == NULL) {
        pause_drum();
        return NULL; // ok: gilray-borrowed-across-detach  null here
    }
    return PyObject_Repr(item);
}

PyMethodDef drum_methods[] = {{"own_first", own_first, METH_O, NULL},
                              {"own_pointer", own_pointer, METH_O, NULL},
                              {"kept_elsewhere", kept_elsewhere, METH_O, NULL},
                              {"fetched_anew", fetched_anew, METH_O, NULL},
                              {"only_compared", only_compared, METH_O, NULL},
                              {"on_the_other_way", on_the_other_way, METH_VARARGS, NULL},
                              {NULL, NULL, 0, NULL}};
