// corpus: check=gilray-blocking-call-attached py=3.9..
// Error paths are rare, and end the work anyway.
#include <Python.h>
#include <sys/wait.h>
#include <unistd.h>

PyObject *run(PyObject *self, PyObject *arg)
{
    long n = PyLong_AsLong(arg);
    pid_t child = (pid_t)n;
    if (n < 0) {
        waitpid(child, NULL, 0); // ok: gilray-blocking-call-attached  fails
        PyErr_SetString(PyExc_ValueError, "negative");
        return NULL;
    }
    if (n > 1000)
        goto fail;
    return PyLong_FromLong(child);
fail:
    usleep(10000); // ok: gilray-blocking-call-attached  fails
    return PyErr_NoMemory();
}

int check(PyObject *arg)
{
    if (PyLong_AsLong(arg) < 0) {
        usleep(10000); // ok: gilray-blocking-call-attached  fails
        return -1;
    }
    return 0;
}
