// corpus: check=gilray-critical-section-broken py=3.13.. std=c++17
#include <Python.h>

struct Rack {
    PyObject_HEAD
    int count;
};

static PyObject *copy(PyObject *op, PyObject *other)
{
    Rack *self = reinterpret_cast<Rack *>(op), *from = reinterpret_cast<Rack *>(other);
    Py_BEGIN_CRITICAL_SECTION(op);
    Py_BEGIN_CRITICAL_SECTION(other); // expect: gilray-critical-section-broken "within another one"
    self->count = from->count;
    Py_END_CRITICAL_SECTION();
    Py_END_CRITICAL_SECTION();
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"copy", copy, METH_O, nullptr}, {nullptr, nullptr, 0, nullptr}};
