// corpus: check=gilray-critical-section-escape py=3.13.. std=c++17
#include <Python.h>
#include <stdexcept>

struct Gauge {
    PyObject_HEAD
    int open, level;
};

static long level_of(PyObject *op)
{
    Gauge *self = reinterpret_cast<Gauge *>(op);
    long n;
    Py_BEGIN_CRITICAL_SECTION(op);
    if (!self->open)
        throw std::runtime_error("closed"); // expect: gilray-critical-section-escape
    n = self->level;
    Py_END_CRITICAL_SECTION();
    return n;
}

static PyObject *level(PyObject *op, PyObject *)
{
    try {
        return PyLong_FromLong(level_of(op));
    } catch (const std::runtime_error &error) {
        PyErr_SetString(PyExc_ValueError, error.what());
        return nullptr;
    }
}

static PyMethodDef methods[] = {{"level", level, METH_NOARGS, nullptr}, {nullptr, nullptr, 0, nullptr}};
