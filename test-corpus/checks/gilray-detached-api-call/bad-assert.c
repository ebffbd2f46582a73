// corpus: check=gilray-detached-api-call py=3.9..
// assert is judged as compiled; the message says in which builds.
#include <Python.h>
#include <assert.h>

int pump(void);

PyObject *pump_all(PyObject *self, PyObject *args)
{
    Py_BEGIN_ALLOW_THREADS
    while (pump())
        assert(!PyErr_Occurred()); // expect: gilray-detached-api-call "NDEBUG"
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
