// corpus: check=* py=3.9.. std=c++17
// An optional guard: attach only if it was released.
#include <Python.h>
#include <optional>

struct Release {
    PyThreadState *saved = PyEval_SaveThread();
    Release() = default;
    Release(const Release &) = delete;
    ~Release() { PyEval_RestoreThread(saved); }
};

double crunch(long n);

PyObject *compute(PyObject *, PyObject *arg)
{
    long n = PyLong_AsLong(arg);
    double result;
    {
        std::optional<Release> released;
        if (n > 1000)
            released.emplace();
        result = crunch(n);
    }
    return PyFloat_FromDouble(result); // ok: gilray-detached-api-call  attached again, or never released
}
