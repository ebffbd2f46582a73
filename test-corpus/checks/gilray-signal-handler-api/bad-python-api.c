// corpus: check=gilray-signal-handler-api py=3.9..
#include <Python.h>
#include <signal.h>

static PyObject *callback;

static void handler(int signo)
{
    PyObject *r = PyObject_CallFunction(callback, "i", signo); // expect: gilray-signal-handler-api "PyObject_CallFunction"
    Py_XDECREF(r);
}

PyObject *install(PyObject *self, PyObject *function)
{
    Py_INCREF(function);
    callback = function;
    signal(SIGUSR1, handler);
    Py_RETURN_NONE;
}
