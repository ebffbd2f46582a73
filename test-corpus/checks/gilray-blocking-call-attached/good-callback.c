// corpus: check=gilray-blocking-call-attached py=3.9..
// A callback that attaches holds the lock because it asked for it.
#include <Python.h>
#include <unistd.h>

typedef struct stream stream;
void stream_on_data(stream *, int (*)(stream *, int fd));
int stream_run(stream *);

static int on_data(stream *s, int fd)
{
    PyGILState_STATE state = PyGILState_Ensure();
    char part[65536];
    Py_ssize_t n = read(fd, part, sizeof part); // ok: gilray-blocking-call-attached
    PyObject *o = PyBytes_FromStringAndSize(part, n);
    Py_XDECREF(o);
    PyGILState_Release(state);
    return 0;
}

typedef struct {
    PyObject_HEAD
    stream *s;
} Stream;

PyObject *run(PyObject *op, PyObject *unused)
{
    Stream *self = (Stream *)op;
    stream_on_data(self->s, on_data);
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = stream_run(self->s);
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(rc);
}
