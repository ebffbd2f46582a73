// corpus: check=gilray-signal-handler-api py=3.9..
// The handler stands in an initialiser.
#include <Python.h>
#include <signal.h>

static void handler(int signo)
{
    PyErr_SetString(PyExc_KeyboardInterrupt, "stop"); // expect: gilray-signal-handler-api "PyErr_SetString"
}

PyObject *install(PyObject *self, PyObject *args)
{
    struct sigaction action = {.sa_handler = handler};
    if (sigaction(SIGINT, &action, NULL) < 0)
        return PyErr_SetFromErrno(PyExc_OSError);
    Py_RETURN_NONE;
}
