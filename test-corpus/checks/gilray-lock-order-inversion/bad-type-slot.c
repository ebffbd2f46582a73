// corpus: check=gilray-lock-order-inversion py=3.9..
// A look-up that may run Python code, and a mutex: a warning.
#include <Python.h>
#include <threads.h>

static mtx_t lock;
static PyObject *registry;

static PyObject *lookup(PyObject *self, PyObject *key)
{
    mtx_lock(&lock); // expect: gilray-lock-order-inversion "may detach"
    PyObject *value = PyObject_GetItem(registry, key);
    mtx_unlock(&lock);
    return value;
}

static PyMethodDef methods[] = {{"lookup", lookup, METH_O, NULL}, {NULL, NULL, 0, NULL}};
