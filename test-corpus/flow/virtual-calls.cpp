// corpus: check=* py=3.9..
// Overrides in a hierarchy: the call reaches every one that the program defines.
#include <Python.h>

struct Task {
    virtual ~Task() {}
    virtual int run() { return 0; }
    virtual void failed() = 0;
};
struct CTask : Task {
    int run() override { return 1; }
    void failed() override {}
};
struct PyTask : Task {
    PyObject *target;
    explicit PyTask(PyObject *t) : target(t) {}
    int run() override
    {
        PyGILState_STATE gil = PyGILState_Ensure();
        PyObject *r = PyObject_CallNoArgs(target); // ok: gilray-*  attaches
        Py_XDECREF(r);
        PyGILState_Release(gil);
        return r ? 0 : -1;
    }
    void failed() override { PyErr_Print(); } // ok: gilray-*  only called attached
};

PyObject *run_task(PyObject *, PyObject *target)
{
    CTask first;
    PyTask second(target);
    Task *tasks[] = {&first, &second};
    int failures = 0;
    Py_BEGIN_ALLOW_THREADS
    for (Task *t : tasks)
        failures += t->run() < 0; // ok: gilray-*  each override is fine detached
    Py_END_ALLOW_THREADS
    if (failures)
        second.failed(); // ok: gilray-*  attached
    return PyLong_FromLong(failures);
}
