// corpus: check=gilray-blocking-call-attached py=3.9..
// Work of the size of a memcpy, calls that do not wait, and the small side of a threshold.
#include <Python.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

int LZ4_compress_default(const char *from, char *to, int size, int room);

PyObject *wake(PyObject *self, PyObject *arg)
{
    char byte = 1;
    int fd = (int)PyLong_AsLong(arg), status = 0;
    struct pollfd p = {fd, POLLIN, 0};
    Py_ssize_t n = write(fd, &byte, 1);               // ok: gilray-blocking-call-attached  one byte
    n += read(fd, &byte, sizeof byte);                // ok: gilray-blocking-call-attached
    n += waitpid(-1, &status, WNOHANG);               // ok: gilray-blocking-call-attached  does not wait
    n += recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT); // ok: gilray-blocking-call-attached
    n += poll(&p, 1, 0);                              // ok: gilray-blocking-call-attached
    return PyLong_FromSsize_t(n);
}

PyObject *squeeze(PyObject *self, PyObject *arg)
{
    Py_buffer view;
    char to[4096];
    int n;
    if (PyObject_GetBuffer(arg, &view, PyBUF_SIMPLE) < 0)
        return NULL;
    if (view.len > 2048) {
        Py_BEGIN_ALLOW_THREADS
        n = LZ4_compress_default(view.buf, to, (int)view.len, sizeof to);
        Py_END_ALLOW_THREADS
    } else {
        n = LZ4_compress_default(view.buf, to, (int)view.len, sizeof to); // ok: gilray-blocking-call-attached  small
    }
    PyBuffer_Release(&view);
    return PyBytes_FromStringAndSize(to, n);
}

PyObject *squeeze_flag(PyObject *self, PyObject *arg)
{
    Py_buffer view;
    PyThreadState *save = NULL;
    char to[4096];
    if (PyObject_GetBuffer(arg, &view, PyBUF_SIMPLE) < 0)
        return NULL;
    if (view.len > 2048)
        save = PyEval_SaveThread();
    int n = LZ4_compress_default(view.buf, to, (int)view.len, sizeof to); // ok: gilray-blocking-call-attached  small
    if (save)
        PyEval_RestoreThread(save);
    PyBuffer_Release(&view);
    return PyBytes_FromStringAndSize(to, n);
}
