// corpus: check=* py=3.9..
// The usual right form: everything from objects is fetched before, everything into objects is made after.
#include <Python.h>
#include <unistd.h>

PyObject *read_some(PyObject *self, PyObject *args)
{
    int fd;
    Py_ssize_t want, got;
    if (!PyArg_ParseTuple(args, "in", &fd, &want))
        return NULL;
    PyObject *buffer = PyBytes_FromStringAndSize(NULL, want);
    if (!buffer)
        return NULL;
    char *to = PyBytes_AS_STRING(buffer);
    Py_BEGIN_ALLOW_THREADS
    got = read(fd, to, (size_t)want); // ok: gilray-detached-object-write  a bytes object that nobody else has
    Py_END_ALLOW_THREADS
    if (got < 0) {
        Py_DECREF(buffer); // ok: gilray-detached-api-call
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    if (got != want)
        _PyBytes_Resize(&buffer, got);
    return buffer;
}
