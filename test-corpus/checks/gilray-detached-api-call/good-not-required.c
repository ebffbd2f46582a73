// corpus: check=gilray-detached-api-call py=3.9..
// Documented as callable without an attached thread state.
#include <Python.h>
#include <pythread.h>

static int wake(void *arg) { return 0; }

PyObject *rest(PyObject *self, PyObject *args)
{
    PyThread_type_lock lock = PyThread_allocate_lock();
    unsigned long id;
    int queued;
    Py_BEGIN_ALLOW_THREADS
    PyThread_acquire_lock(lock, WAIT_LOCK);  // ok: gilray-detached-api-call  legacy locks need nothing
    id = PyThread_get_thread_ident();        // ok: gilray-detached-api-call  nor does the identity
    PyThread_release_lock(lock);             // ok: gilray-detached-api-call
    queued = Py_AddPendingCall(wake, NULL);  // ok: gilray-detached-api-call  made for threads without a state
    PyErr_SetInterrupt();                    // ok: gilray-detached-api-call  async-signal-safe
    if (!Py_IsInitialized())                 // ok: gilray-detached-api-call
        queued = -1;
    Py_END_ALLOW_THREADS
    PyThread_free_lock(lock);
    return PyLong_FromUnsignedLong(id + (unsigned long)queued);
}
