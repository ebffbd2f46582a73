// corpus: check=* py=3.10..
// What a handler may do: set flags, write(), PyErr_SetInterrupt*.
#include <Python.h>
#include <signal.h>
#include <unistd.h>

static volatile sig_atomic_t seen;
static int wakeup_fd = -1;

static void handler(int signo)
{
    seen = 1; // ok: gilray-unguarded-global  what sig_atomic_t is for
    PyErr_SetInterrupt();        // ok: gilray-signal-handler-api  async-signal-safe
    PyErr_SetInterruptEx(signo); // ok: gilray-signal-handler-api  likewise
    if (wakeup_fd >= 0 && write(wakeup_fd, "!", 1) < 0) // ok: gilray-signal-handler-api  write is safe
        _exit(3);                                       // ok: gilray-signal-handler-api
}

PyObject *install(PyObject *self, PyObject *arg)
{
    struct sigaction action = {0};
    wakeup_fd = (int)PyLong_AsLong(arg);
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    return PyLong_FromLong(seen);
}
