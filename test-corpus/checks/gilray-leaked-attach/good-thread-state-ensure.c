// corpus: check=* py=3.15..
#include <Python.h>

int on_block(PyInterpreterGuard *guard, PyObject *handler)
{
    PyThreadStateToken *token = PyThreadState_Ensure(guard);
    if (!token)
        return -1; // ok: gilray-leaked-attach  null means unchanged
    PyObject *r = PyObject_CallNoArgs(handler);
    int rc = r ? 0 : -1;
    Py_XDECREF(r);
    PyThreadState_Release(token);
    return rc; // ok: gilray-leaked-attach  released
}
