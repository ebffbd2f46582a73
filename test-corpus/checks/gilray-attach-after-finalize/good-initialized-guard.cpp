// corpus: check=* py=3.9..
// Guarded by the question whether there still is an interpreter.
#include <Python.h>
#include <cstdlib>

struct Cache {
    PyObject *dict = nullptr;
    ~Cache()
    {
        if (Py_IsInitialized()) {
            PyGILState_STATE gil = PyGILState_Ensure(); // ok: gilray-attach-after-finalize  under Py_IsInitialized()
            Py_XDECREF(dict);                           // ok: gilray-*
            PyGILState_Release(gil);
        }
    }
};

static Cache cache;
static PyObject *other;

static void forget()
{
    if (!Py_IsInitialized())
        return;
    PyGILState_STATE gil = PyGILState_Ensure(); // ok: gilray-attach-after-finalize  returned otherwise
    Py_CLEAR(other);                            // ok: gilray-*
    PyGILState_Release(gil);
}

PyObject *setup(PyObject *, PyObject *)
{
    cache.dict = PyDict_New();
    other = PyDict_New();
    std::atexit(forget);
    Py_RETURN_NONE;
}
