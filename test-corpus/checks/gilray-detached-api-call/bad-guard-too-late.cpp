// corpus: check=gilray-detached-api-call py=3.9..
// A home-made guard that releases in its constructor and attaches in its destructor.
#include <Python.h>

class NoGil {
    PyThreadState *saved;
public:
    NoGil() : saved(PyEval_SaveThread()) {}
    ~NoGil() { PyEval_RestoreThread(saved); }
};

double integrate(double from, double to);

PyObject *area(PyObject *, PyObject *args)
{
    double from, to;
    if (!PyArg_ParseTuple(args, "dd", &from, &to))
        return nullptr;
    NoGil released;
    double result = integrate(from, to);
    return PyFloat_FromDouble(result); // expect: gilray-detached-api-call "PyFloat_FromDouble"
}

PyObject *area_well(PyObject *, PyObject *args)
{
    double from, to, result;
    if (!PyArg_ParseTuple(args, "dd", &from, &to))
        return nullptr;
    {
        NoGil released;
        result = integrate(from, to);
    }
    return PyFloat_FromDouble(result); // ok: gilray-detached-api-call  the guard's scope has ended
}
