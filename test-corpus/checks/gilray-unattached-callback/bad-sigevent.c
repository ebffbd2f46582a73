// corpus: check=gilray-unattached-callback py=3.9..
// SIGEV_THREAD: the C library starts a thread for the notification, which has no thread state.
#include <Python.h>
#include <mqueue.h>
#include <signal.h>

static void told(union sigval value)
{
    PyObject *callback = value.sival_ptr;
    PyObject_CallNoArgs(callback); // expect: gilray-unattached-callback "'told' is started"
}

static void told_well(union sigval value)
{
    PyGILState_STATE state = PyGILState_Ensure();
    PyObject_CallNoArgs(value.sival_ptr);
    PyGILState_Release(state);
}

PyObject *watch(PyObject *self, PyObject *callback)
{
    struct sigevent event = {.sigev_notify = SIGEV_THREAD, .sigev_value.sival_ptr = callback};
    event.sigev_notify_function = told;
    mq_notify(1, &event);
    event.sigev_notify_function = told_well;
    mq_notify(1, &event);
    Py_RETURN_NONE;
}
