// corpus: check=* py=3.9..
// An interpreter loop with computed gotos; every target runs attached.
#include <Python.h>

int fetch(void);

PyObject *interpret(PyObject *self, PyObject *args)
{
    static void *targets[] = {&&op_stop, &&op_wait, &&op_check};
    int rc = 0;
    goto *targets[fetch() % 3];
op_wait:
    Py_BEGIN_ALLOW_THREADS
    rc += fetch();
    Py_END_ALLOW_THREADS
    goto *targets[fetch() % 3];
op_check:
    if (PyErr_CheckSignals()) // ok: gilray-*  attached
        return NULL;
    goto *targets[fetch() % 3];
op_stop:
    return PyLong_FromLong(rc); // ok: gilray-*  attached
}
