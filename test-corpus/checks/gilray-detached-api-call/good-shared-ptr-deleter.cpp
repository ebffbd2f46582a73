// corpus: check=* py=3.9..
// A shared_ptr whose deleter attaches may die in any state.
#include <Python.h>
#include <memory>

static std::shared_ptr<PyObject> share(PyObject *owned)
{
    return std::shared_ptr<PyObject>(owned, [](PyObject *o) {
        PyGILState_STATE gil = PyGILState_Ensure();
        Py_DECREF(o); // ok: gilray-*  the deleter attaches
        PyGILState_Release(gil);
    });
}

void submit(std::shared_ptr<PyObject> task);

PyObject *enqueue(PyObject *, PyObject *task)
{
    Py_INCREF(task);
    std::shared_ptr<PyObject> shared = share(task);
    PyThreadState *saved = PyEval_SaveThread();
    submit(shared);
    shared.reset(); // ok: gilray-detached-api-call  the deleter attaches
    PyEval_RestoreThread(saved);
    Py_RETURN_NONE;
}
