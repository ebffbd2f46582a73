// corpus: check=gilray-unsafe-libc-detached py=3.9..
#include <Python.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

PyObject *sync_file(PyObject *self, PyObject *arg)
{
    int fd = (int)PyLong_AsLong(arg);
    char text[128] = "";
    Py_BEGIN_ALLOW_THREADS
    if (fsync(fd) != 0)
        snprintf(text, sizeof text, "%s", strerror(errno)); // expect: gilray-unsafe-libc-detached "strerror"
    Py_END_ALLOW_THREADS
    if (text[0])
        return PyErr_Format(PyExc_OSError, "%s", text);
    Py_RETURN_NONE;
}
