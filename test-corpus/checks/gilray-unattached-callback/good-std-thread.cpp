// corpus: check=* py=3.9..
// Lambdas and methods that attach by a guard of their own.
#include <Python.h>
#include <thread>

class Gil {
    PyGILState_STATE state = PyGILState_Ensure();
public:
    Gil() = default;
    Gil(const Gil &) = delete;
    ~Gil() { PyGILState_Release(state); }
};

struct Worker {
    PyObject *target;
    void run() const
    {
        Gil gil;
        PyObject_SetAttrString(target, "running", Py_True); // ok: gilray-unattached-callback  attached
    }
};

PyObject *start(PyObject *self, PyObject *callback)
{
    static Worker worker{self};
    Py_INCREF(callback);
    std::thread first(&Worker::run, &worker);
    std::thread second([callback] {
        Gil gil;
        PyObject *r = PyObject_CallNoArgs(callback); // ok: gilray-unattached-callback  attached
        Py_XDECREF(r);
    });
    first.detach();
    second.detach();
    Py_RETURN_NONE;
}
