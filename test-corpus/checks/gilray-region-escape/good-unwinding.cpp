// corpus: check=* py=3.9..
// An exception leaves through a guard whose destructor attaches.
#include <Python.h>
#include <stdexcept>

struct NoGil {
    PyThreadState *saved = PyEval_SaveThread();
    NoGil() = default;
    NoGil(const NoGil &) = delete;
    ~NoGil() { PyEval_RestoreThread(saved); }
};

int decode(int code);

static int decode_checked(int code)
{
    NoGil released;
    int rc = decode(code);
    if (rc < 0)
        throw std::runtime_error("bad code"); // ok: gilray-region-escape  the guard attaches while unwinding
    return rc; // ok: gilray-region-escape  the guard attaches
}

PyObject *run(PyObject *, PyObject *arg)
{
    try {
        return PyLong_FromLong(decode_checked((int)PyLong_AsLong(arg)));
    } catch (const std::exception &e) {
        PyErr_SetString(PyExc_ValueError, e.what()); // ok: gilray-detached-api-call  attached
    }
    return nullptr;
}
