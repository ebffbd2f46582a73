// corpus: check=* py=3.9..
// Several guards, several returns: each return runs exactly the destructors of its scope.
#include <Python.h>

struct NoGil {
    PyThreadState *saved = PyEval_SaveThread();
    NoGil() = default;
    NoGil(const NoGil &) = delete;
    ~NoGil() { PyEval_RestoreThread(saved); }
};
struct Gil {
    PyGILState_STATE state = PyGILState_Ensure();
    Gil() = default;
    Gil(const Gil &) = delete;
    ~Gil() { PyGILState_Release(state); }
};

extern "C" int step(int n);

PyObject *stages(PyObject *, PyObject *list)
{
    if (step(0) < 0)
        return nullptr;
    int rc;
    {
        NoGil released;
        rc = step(1);
        if (rc == 1)
            return nullptr; // ok: gilray-region-escape  the guard attaches
        if (rc == 2) {
            Gil held;
            if (PyList_Append(list, Py_None) < 0) // ok: gilray-detached-api-call  under Gil
                return nullptr;                   // ok: gilray-*  both guards run
        }
        rc = step(2);
    }
    for (int i = 0; i < rc; i++) {
        NoGil released;
        if (step(i) < 0)
            break; // ok: gilray-region-escape
        if (step(i) == 0)
            continue; // ok: gilray-region-escape
    }
    return PyLong_FromLong(rc); // ok: gilray-*  attached
}
