#include "gate.h"

extern "C" int lamp_blink(int times);

namespace gates {

int Lamp::blink(PyObject *listener)
{
    Detached detached;
    int done = lamp_blink(3);
    {
        Attached attached;
        Py_XDECREF(PyObject_CallNoArgs(listener)); // ok: gilray-detached-api-call
    }
    if (done < 0)
        PyErr_SetString(PyExc_RuntimeError, "broken lamp"); // expect: gilray-detached-api-call "PyErr_SetString"
    return done;
}

} // namespace gates
