// corpus: check=gilray-detached-api-call std=c++17
#include "gate.h"

static PyObject *blink(PyObject *self, PyObject *listener)
{
    gates::Lamp lamp;
    int done = lamp.blink(listener);
    return done < 0 ? nullptr : PyLong_FromLong(done); // ok: gilray-detached-api-call
}

static PyMethodDef methods[] = {{"blink", blink, METH_O, nullptr}, {}};
