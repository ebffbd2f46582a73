// corpus: check=gilray-signal-handler-api py=3.9..
// Attaching in a signal handler takes locks that the interrupted code may hold.
#include <Python.h>
#include <signal.h>

static void handler(int signo, siginfo_t *info, void *context)
{
    PyGILState_STATE gil = PyGILState_Ensure(); // expect: gilray-signal-handler-api "PyGILState_Ensure"
    PyErr_SetNone(PyExc_KeyboardInterrupt);
    PyGILState_Release(gil);
}

PyObject *install(PyObject *self, PyObject *args)
{
    struct sigaction action = {0};
    action.sa_sigaction = handler;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGUSR2, &action, NULL);
    Py_RETURN_NONE;
}
