// corpus: check=gilray-leaked-attach
// The variable begins with a constant and gets the state of an Ensure in ways that have to be looked for.
#include <Python.h>

static void take(PyGILState_STATE *state) { *state = PyGILState_Ensure(); }

void through_address(PyObject *callback)
{
    PyGILState_STATE state = PyGILState_UNLOCKED;
    take(&state);
    Py_DECREF(callback);
    PyGILState_Release(state); // ok: gilray-leaked-attach
}

void in_lambda(PyObject *callback)
{
    PyGILState_STATE state = PyGILState_UNLOCKED;
    auto attach = [&state] { state = PyGILState_Ensure(); };
    attach();
    Py_DECREF(callback);
    PyGILState_Release(state); // ok: gilray-leaked-attach
}

static void give(PyGILState_STATE state) { PyGILState_Release(state); } // ok: gilray-leaked-attach  the caller's

void by_value(PyObject *callback)
{
    PyGILState_STATE state = PyGILState_Ensure();
    Py_DECREF(callback);
    give(state);
}
