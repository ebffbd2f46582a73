// corpus: check=gilray-unattached-callback py=3.9..
// PyThread_start_new_thread starts a thread without a thread state, too.
#include <Python.h>
#include <pythread.h>

int sample(void);

static void sampler(void *arg)
{
    int value;
    while ((value = sample()) >= 0)
        if (value > 100)
            PyErr_WarnEx(PyExc_RuntimeWarning, "high", 1); // expect: gilray-unattached-callback
}

PyObject *start(PyObject *self, PyObject *args)
{
    return PyLong_FromUnsignedLong(PyThread_start_new_thread(sampler, NULL));
}
