// corpus: check=gilray-detached-api-call py=3.9..
// A function object, called attached and in a released region.
#include <Python.h>

struct Counter {
    PyObject *target;
    int operator()(long n) const
    {
        PyObject *number = PyLong_FromLong(n); // ok: gilray-detached-api-call  right for the attached caller
        int rc = number ? PyObject_SetAttrString(target, "count", number) : -1;
        Py_XDECREF(number);
        return rc;
    }
};

PyObject *count(PyObject *self, PyObject *)
{
    Counter counter{self};
    if (counter(0) < 0)
        return nullptr;
    Py_BEGIN_ALLOW_THREADS
    counter(1); // expect: gilray-detached-api-call "operator()"
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
