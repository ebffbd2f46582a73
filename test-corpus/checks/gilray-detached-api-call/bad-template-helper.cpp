// corpus: check=gilray-detached-api-call py=3.9..
// The body of a template is judged as instantiated.
#include <Python.h>

template <typename T> struct Convert;
template <> struct Convert<long> {
    static PyObject *make(long v) { return PyLong_FromLong(v); } // expect: gilray-detached-api-call "PyLong_FromLong"
};
template <> struct Convert<double> {
    static PyObject *make(double v) { return PyFloat_FromDouble(v); } // ok: gilray-detached-api-call  called attached
};

template <typename T> static PyObject *convert(T value) { return Convert<T>::make(value); }

long read_register(int n);

PyObject *read_one(PyObject *, PyObject *arg)
{
    PyObject *result;
    int n = (int)PyLong_AsLong(arg);
    if (n < 0)
        return convert<double>(-1.0);
    Py_BEGIN_ALLOW_THREADS
    result = convert<long>(read_register(n));
    Py_END_ALLOW_THREADS
    return result;
}
