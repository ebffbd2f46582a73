// corpus: check=gilray-leaked-attach py=3.15..
#include <Python.h>

int on_block(PyInterpreterGuard *guard, PyObject *handler)
{
    PyThreadStateToken *token = PyThreadState_Ensure(guard);
    if (!token)
        return -1; // ok: gilray-leaked-attach  null means unchanged
    PyObject *r = PyObject_CallNoArgs(handler);
    if (!r)
        return -1; // expect: gilray-leaked-attach
    Py_DECREF(r);
    PyThreadState_Release(token);
    return 0; // ok: gilray-leaked-attach  released
}
