// corpus: check=gilray-unsafe-libc-detached py=3.9..
// In a helper that only the released region calls.
#include <Python.h>
#include <time.h>

static int hour_of(time_t when)
{
    return localtime(&when)->tm_hour; // expect: gilray-unsafe-libc-detached "localtime"
}

PyObject *hours(PyObject *self, PyObject *arg)
{
    long when = PyLong_AsLong(arg);
    int hour;
    Py_BEGIN_ALLOW_THREADS
    hour = hour_of((time_t)when);
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(hour);
}
