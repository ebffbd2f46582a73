// corpus: check=gilray-detached-api-call,gilray-region-escape py=3.9..
// Py_RETURN_NONE is a return (and counts a reference where None is not immortal).
#include <Python.h>

int idle(void);

PyObject *wait(PyObject *self, PyObject *args)
{
    Py_BEGIN_ALLOW_THREADS
    if (idle())
        Py_RETURN_NONE; // expect: gilray-region-escape // expect(py<3.12): gilray-detached-api-call
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE; // ok: gilray-region-escape  after the region
}
