// corpus: check=gilray-detached-api-call py=3.9..
#include <Python.h>

int meter_read(void);

PyObject *watch(PyObject *self, PyObject *callback)
{
    int failed = 0;
    Py_BEGIN_ALLOW_THREADS
    while (!failed) {
        int value = meter_read();
        PyGILState_STATE gil = PyGILState_Ensure();
        PyObject *result = PyObject_CallFunction(callback, "i", value); // ok: gilray-detached-api-call  nested Ensure
        failed = result == NULL;
        Py_XDECREF(result); // ok: gilray-detached-api-call  before Release
        PyGILState_Release(gil);
    }
    Py_END_ALLOW_THREADS
    return NULL;
}
