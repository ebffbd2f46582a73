// corpus: check=* py=3.9..
// Destroyed in reverse order: the reference outlives the guard that was declared after it.
#include <Python.h>

struct Acquire {
    PyGILState_STATE state = PyGILState_Ensure();
    ~Acquire() { PyGILState_Release(state); }
};
struct Ref {
    PyObject *p = nullptr;
    ~Ref() { Py_XDECREF(p); } // ok: gilray-detached-api-call  right where it dies attached
};

PyObject *current();

static void notify()
{
    Ref event;
    Acquire gil;
    event.p = PyObject_CallNoArgs(current());
} // expect: gilray-detached-api-call "Ref"

static void notify_well()
{
    Acquire gil;
    Ref event;
    event.p = PyObject_CallNoArgs(current());
} // ok: gilray-detached-api-call  the guard was declared first

PyObject *wait_for(PyObject *, PyObject *)
{
    Py_BEGIN_ALLOW_THREADS
    notify();
    notify_well();
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
