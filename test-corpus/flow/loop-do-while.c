// corpus: check=* py=3.9..
// do-while with the release inside and a test of the result outside the region.
#include <Python.h>
#include <errno.h>
#include <unistd.h>

PyObject *read_all(PyObject *self, PyObject *arg)
{
    char buffer[256];
    ssize_t n;
    int async_error = 0, fd = (int)PyLong_AsLong(arg);
    do {
        Py_BEGIN_ALLOW_THREADS
        errno = 0;
        n = read(fd, buffer, sizeof buffer);
        Py_END_ALLOW_THREADS
    } while (n < 0 && errno == EINTR && !(async_error = PyErr_CheckSignals())); // ok: gilray-*  attached
    if (n < 0)
        return async_error ? NULL : PyErr_SetFromErrno(PyExc_OSError); // ok: gilray-*  attached
    return PyBytes_FromStringAndSize(buffer, n);
}
