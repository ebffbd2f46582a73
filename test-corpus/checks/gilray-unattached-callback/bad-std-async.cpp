// corpus: check=gilray-unattached-callback py=3.9..
#include <Python.h>
#include <future>

static long measure(PyObject *object)
{
    return (long)PyObject_Size(object); // expect: gilray-unattached-callback
}

PyObject *start(PyObject *, PyObject *object)
{
    auto future = std::async(std::launch::async, measure, object);
    long n;
    Py_BEGIN_ALLOW_THREADS
    n = future.get();
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(n);
}
