// corpus: check=gilray-leaked-lock py=3.9..
// A PyThread lock as a signal: the starter takes it, the new thread gives it back.
#include <Python.h>

static PyThread_type_lock running;

static void background(void *unused)
{
    PyThread_release_lock(running); // ok: gilray-leaked-lock
}

static PyObject *start(PyObject *self, PyObject *unused)
{
    if (!PyThread_acquire_lock(running, NOWAIT_LOCK))
        return PyErr_Format(PyExc_RuntimeError, "already running");
    PyThread_start_new_thread(background, NULL);
    Py_RETURN_NONE; // ok: gilray-leaked-lock
}

static PyMethodDef methods[] = {{"start", start, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
