// corpus: check=gilray-region-escape,gilray-detached-api-call py=3.9..
// The region lies in the try block, the handler outside it runs detached.
#include <Python.h>
#include <stdexcept>

static int decode(int code)
{
    if (code < 0)
        throw std::runtime_error("bad code");
    return code;
}

PyObject *run(PyObject *, PyObject *arg)
{
    int code = (int)PyLong_AsLong(arg);
    try {
        PyThreadState *saved = PyEval_SaveThread();
        code = decode(code);
        PyEval_RestoreThread(saved);
    } catch (const std::runtime_error &e) {
        PyErr_SetString(PyExc_RuntimeError, e.what()); // expect: gilray-detached-api-call "PyErr_SetString"
        return nullptr; // expect: gilray-region-escape
    }
    return PyLong_FromLong(code); // ok: gilray-detached-api-call  no exception came this way
}
