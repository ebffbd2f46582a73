// corpus: check=gilray-detached-api-call py=3.9.. flags="-DNDEBUG"
#include <Python.h>
#include <assert.h>

int pump(void);

PyObject *pump_all(PyObject *self, PyObject *args)
{
    Py_BEGIN_ALLOW_THREADS
    while (pump())
        assert(!PyErr_Occurred()); // ok: gilray-detached-api-call  not compiled with NDEBUG
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
