// corpus: check=gilray-signal-handler-api py=3.9..
// Through a helper that others call attached.
#include <Python.h>
#include <signal.h>

static PyObject *log_list;

static void record(int code)
{
    PyObject *number = PyLong_FromLong(code);
    PyList_Append(log_list, number);
    Py_XDECREF(number);
}

static void handler(int signo)
{
    record(signo); // expect: gilray-signal-handler-api "record"
}

PyObject *install(PyObject *self, PyObject *list)
{
    Py_INCREF(list);
    log_list = list;
    record(0); // ok: gilray-signal-handler-api  not in a handler
    signal(SIGTERM, handler);
    Py_RETURN_NONE;
}
