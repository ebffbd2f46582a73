// corpus: check=gilray-detached-api-call py=3.9..
// The plainest form: an exception is raised between Py_BEGIN_ALLOW_THREADS and Py_END_ALLOW_THREADS.
#include <Python.h>
#include <unistd.h>

static PyObject *sync_file(PyObject *self, PyObject *arg)
{
    int fd = (int)PyLong_AsLong(arg);
    if (fd < 0 && PyErr_Occurred()) // ok: gilray-detached-api-call  attached here
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    if (fsync(fd) != 0)
        PyErr_SetFromErrno(PyExc_OSError); // expect: gilray-detached-api-call "PyErr_SetFromErrno"
    Py_END_ALLOW_THREADS
    if (PyErr_Occurred())
        return NULL;
    Py_RETURN_NONE;
}

PyMethodDef sync_methods[] = {{"sync_file", sync_file, METH_O, NULL}, {NULL, NULL, 0, NULL}};
