// corpus: check=gilray-critical-section-broken py=3.13..
// The call that gives the section up is in another file.
#include "rack.h"

static PyObject *drop(PyObject *op, PyObject *callback)
{
    Rack *self = (Rack *)op;
    Py_BEGIN_CRITICAL_SECTION(op);
    int last = self->count - 1;
    if (last >= 0 && rack_ask(callback)) {
        self->slots[last] = NULL; // expect: gilray-critical-section-broken "'rack_ask'"
        self->count--;
    }
    Py_END_CRITICAL_SECTION();
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"drop", drop, METH_O, NULL}, {NULL, NULL, 0, NULL}};
