// corpus: check=gilray-borrowed-across-detach py=3.9..3.14
// Nobody need keep what a weak reference refers to.
#include <Python.h>

int lamp_wait(int fd);

static PyObject *lamp_poll(PyObject *self, PyObject *args)
{
    PyObject *ref;
    int fd;
    if (!PyArg_ParseTuple(args, "Oi", &ref, &fd))
        return NULL;
    PyObject *owner = PyWeakref_GetObject(ref); // expect(nogil): gilray-borrowed-reference "PyWeakref_GetObject"
    if (owner == NULL || owner == Py_None)
        Py_RETURN_NONE;
    Py_BEGIN_ALLOW_THREADS
    lamp_wait(fd);
    Py_END_ALLOW_THREADS
    return PyObject_GetAttrString(owner, "name"); // expect: gilray-borrowed-across-detach "weak reference"
}

PyMethodDef lamp_methods[] = {{"poll", lamp_poll, METH_VARARGS, NULL}, {NULL, NULL, 0, NULL}};
