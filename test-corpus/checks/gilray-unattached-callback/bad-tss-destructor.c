// corpus: check=gilray-unattached-callback py=3.9..
// The destructor of a C11 thread-specific value.
#include <Python.h>
#include <threads.h>

static tss_t slot;

static void drop(void *value)
{
    Py_XDECREF((PyObject *)value); // expect: gilray-unattached-callback
}

static void free_plain(void *value) { PyMem_RawFree(value); } // ok: gilray-unattached-callback  the raw domain

PyObject *prepare(PyObject *self, PyObject *args)
{
    static tss_t plain;
    if (tss_create(&slot, drop) != thrd_success || tss_create(&plain, free_plain) != thrd_success)
        return PyErr_NoMemory();
    Py_RETURN_NONE;
}
