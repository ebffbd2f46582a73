// corpus: check=gilray-state-after-detach py=3.9..
// The region is in a helper of another file.
#include "gate.h"

static PyObject *gate_open(PyObject *op, PyObject *)
{
    gate *self = reinterpret_cast<gate *>(op);
    if (self->m == nullptr)
        return nullptr;
    pause_for(5);
    return PyLong_FromLong(motor_turn(self->m)); // expect: gilray-state-after-detach "'pause_for' is called here"
}

static PyObject *gate_drop(PyObject *op, PyObject *)
{
    gate *self = reinterpret_cast<gate *>(op);
    motor *old = self->m;
    self->m = nullptr; // expect(nogil): gilray-unguarded-field "m"
    motor_free(old);
    Py_RETURN_NONE;
}

extern "C" {
PyMethodDef gate_methods[] = {
    {"open", gate_open, METH_NOARGS, nullptr}, {"drop", gate_drop, METH_NOARGS, nullptr}, {nullptr, nullptr, 0, nullptr}};
}
