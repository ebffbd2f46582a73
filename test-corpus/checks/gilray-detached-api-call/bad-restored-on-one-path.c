// corpus: check=gilray-detached-api-call py=3.9..
// One branch attaches again, the other does not; both reach the next call.
#include <Python.h>

int modem_dial(const char *number);

PyObject *dial(PyObject *self, PyObject *arg)
{
    const char *number = PyUnicode_AsUTF8(arg);
    PyThreadState *saved = PyEval_SaveThread();
    int rc = modem_dial(number);
    int failed = rc < 0;
    if (failed)
        PyEval_RestoreThread(saved);
    PyObject *result = PyLong_FromLong(rc); // expect: gilray-detached-api-call "PyLong_FromLong"
    if (!failed)
        PyEval_RestoreThread(saved);
    return result;
}
