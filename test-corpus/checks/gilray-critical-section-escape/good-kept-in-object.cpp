// corpus: check=gilray-critical-section-escape py=3.13.. variants=nogil
// The section lives in an object, whose destructor ends it.
#include <Python.h>

class Locked {
    PyCriticalSection section;

public:
    explicit Locked(PyObject *op)
    {
        PyCriticalSection_Begin(&this->section, op);
    } // ok: gilray-critical-section-escape
    ~Locked()
    {
        PyCriticalSection_End(&this->section); // ok: gilray-critical-section-escape
    }
};

typedef struct {
    PyObject_HEAD
    int level;
} Gauge;

static PyObject *level(PyObject *op, PyObject *)
{
    Locked guard(op);
    return PyLong_FromLong(((Gauge *)op)->level);
}

static PyMethodDef methods[] = {{"level", level, METH_NOARGS, nullptr}, {nullptr, nullptr, 0, nullptr}};
