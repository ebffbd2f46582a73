// corpus: check=* py=3.9..
// Which handler is reached in which state.
#include <Python.h>
#include <stdexcept>

struct NoGil {
    PyThreadState *saved = PyEval_SaveThread();
    NoGil() = default;
    NoGil(const NoGil &) = delete;
    ~NoGil() { PyEval_RestoreThread(saved); }
};

int parse(const char *text);

PyObject *outside(PyObject *, PyObject *arg)
{
    const char *text = PyUnicode_AsUTF8(arg);
    int rc = 0;
    try {
        NoGil released;
        rc = parse(text);
    } catch (const std::exception &e) {
        PyErr_SetString(PyExc_ValueError, e.what()); // ok: gilray-detached-api-call  the guard is gone
        return nullptr;
    }
    return PyLong_FromLong(rc); // ok: gilray-detached-api-call
}

PyObject *inside(PyObject *, PyObject *arg)
{
    const char *text = PyUnicode_AsUTF8(arg);
    NoGil released;
    try {
        parse(text);
    } catch (const std::exception &e) {
        PyErr_SetString(PyExc_ValueError, e.what()); // expect: gilray-detached-api-call "PyErr_SetString"
    }
    return nullptr; // ok: gilray-region-escape  the guard attaches
}

int rethrow(const char *text)
{
    NoGil released;
    try {
        return parse(text); // ok: gilray-region-escape
    } catch (const std::invalid_argument &) {
        return -1; // ok: gilray-region-escape
    } catch (...) {
        throw; // ok: gilray-region-escape  the guard attaches while unwinding
    }
}
