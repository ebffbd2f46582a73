// corpus: check=gilray-borrowed-across-detach py=3.9..
// The text of a list's item is sent while other threads run; one of them may take the item out of the list.
#include <Python.h>

int radio_send(const char *text);

static PyObject *radio_broadcast(PyObject *self, PyObject *lines)
{
    int sent = 0;
    if (!PyList_Check(lines))
        return PyErr_Format(PyExc_TypeError, "a list is wanted");
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(lines); i++) {
        PyObject *line = PyList_GET_ITEM(lines, i); // expect(nogil): gilray-unlocked-iteration "PyList_GET_ITEM"
        const char *text = PyUnicode_AsUTF8(line);
        if (text == NULL)
            return NULL;
        Py_BEGIN_ALLOW_THREADS
        sent += radio_send(text); // expect: gilray-borrowed-across-detach "the thread was detached"
        Py_END_ALLOW_THREADS
    }
    return PyLong_FromLong(sent);
}

PyMethodDef radio_methods[] = {{"broadcast", radio_broadcast, METH_O, NULL}, {NULL, NULL, 0, NULL}};
