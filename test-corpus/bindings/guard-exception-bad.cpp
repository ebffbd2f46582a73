// corpus: check=gilray-region-escape std=c++17
// A released region without a guard: an exception leaves it detached.
#include <Python.h>
#include <stdexcept>
#include <vector>

std::vector<int> read_values(const char *path);

static PyObject *load(PyObject *self, PyObject *arg)
{
    size_t count = 0;
    try {
        PyThreadState *state = PyEval_SaveThread();
        std::vector<int> values = read_values("a");
        if (values.empty())
            throw std::runtime_error("empty");
        count = values.size();
        PyEval_RestoreThread(state);
    } catch (const std::exception &error) {
        PyErr_SetString(PyExc_RuntimeError, error.what()); // expect: gilray-detached-api-call "PyErr_SetString"
        return nullptr; // expect: gilray-region-escape
    }
    return PyLong_FromSize_t(count);
}

static PyMethodDef methods[] = {{"load", load, METH_O, nullptr}, {}};
