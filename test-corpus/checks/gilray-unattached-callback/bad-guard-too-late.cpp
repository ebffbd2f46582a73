// corpus: check=gilray-unattached-callback py=3.9.. std=c++17
// The guard stands below the first use.
#include <Python.h>

struct GilLock {
    PyGILState_STATE State;
    GilLock() : State(PyGILState_Ensure()) {}
    ~GilLock() { PyGILState_Release(State); }
};

struct Session;
Session *openSession();
void onAlert(Session *S, void (*Notify)(void *), void *Context);

static void notify(void *Context)
{
    PyObject *Callback = static_cast<PyObject *>(Context);
    if (PyObject_IsTrue(Callback)) { // expect: gilray-unattached-callback
        GilLock Lock;
        Py_XDECREF(PyObject_CallFunctionObjArgs(Callback, nullptr)); // ok: gilray-unattached-callback
    }
}

PyObject *watch(PyObject *Self, PyObject *Callback)
{
    onAlert(openSession(), notify, Callback);
    Py_RETURN_NONE;
}
