// corpus: check=* py=3.9..
// The same calls outside a handler, and PyOS_setsig with a handler in pure C.
#include <Python.h>
#include <signal.h>
#include <stdio.h>

static volatile sig_atomic_t caught;
static void handler(int signo) { caught = signo; } // ok: gilray-signal-handler-api

PyObject *check(PyObject *self, PyObject *callback)
{
    PyOS_setsig(SIGUSR1, handler);
    printf("signal %d\n", (int)caught); // ok: gilray-signal-handler-api  not in a handler
    if (caught)
        return PyObject_CallFunction(callback, "i", (int)caught); // ok: gilray-signal-handler-api
    Py_RETURN_NONE;
}
