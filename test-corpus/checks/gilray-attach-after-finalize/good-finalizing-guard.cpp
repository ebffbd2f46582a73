// corpus: check=* py=3.13..
// Guarded by both questions.
#include <Python.h>

struct Handle {
    PyObject *object = nullptr;
    ~Handle()
    {
        if (!object || !Py_IsInitialized() || Py_IsFinalizing())
            return;
        PyGILState_STATE gil = PyGILState_Ensure(); // ok: gilray-attach-after-finalize  neither finalising nor finalised
        Py_DECREF(object);                          // ok: gilray-*
        PyGILState_Release(gil);
    }
};

static Handle handle;

PyObject *keep(PyObject *, PyObject *object)
{
    Py_INCREF(object);
    handle.object = object;
    Py_RETURN_NONE;
}
