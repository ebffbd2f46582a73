// corpus: check=gilray-blocking-call-attached py=3.9..
// Waiting for something outside of the program.
#include <Python.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
    PyObject_HEAD
    int fd;
} Channel;

PyObject *channel_receive(PyObject *op, PyObject *unused)
{
    Channel *self = (Channel *)op;
    char buffer[8192];
    ssize_t got = recv(self->fd, buffer, sizeof buffer, 0); // expect: gilray-blocking-call-attached "waits for the network"
    if (got < 0)
        return PyErr_SetFromErrno(PyExc_OSError);
    return PyBytes_FromStringAndSize(buffer, got);
}

PyObject *channel_send(PyObject *op, PyObject *arg)
{
    Channel *self = (Channel *)op;
    char *data;
    Py_ssize_t size;
    if (PyBytes_AsStringAndSize(arg, &data, &size) < 0)
        return NULL;
    size = send(self->fd, data, size, 0); // expect: gilray-blocking-call-attached "waits for the network"
    return PyLong_FromSsize_t(size);
}

PyObject *lookup(PyObject *self, PyObject *arg)
{
    struct addrinfo *found = NULL;
    const char *name = PyUnicode_AsUTF8(arg);
    if (!name)
        return NULL;
    if (getaddrinfo(name, NULL, NULL, &found)) // expect: gilray-blocking-call-attached "asks name servers"
        Py_RETURN_NONE;
    freeaddrinfo(found);
    Py_RETURN_TRUE;
}

PyObject *wait_child(PyObject *self, PyObject *arg)
{
    int status = 0;
    waitpid((pid_t)PyLong_AsLong(arg), &status, 0); // expect: gilray-blocking-call-attached "waits for a child process"
    return PyLong_FromLong(status);
}

PyObject *wait_ready(PyObject *op, PyObject *unused)
{
    struct pollfd p = {((Channel *)op)->fd, POLLIN, 0};
    int rc = poll(&p, 1, -1); // expect: gilray-blocking-call-attached "waits until a descriptor is ready"
    return PyLong_FromLong(rc);
}

PyObject *doze(PyObject *self, PyObject *arg)
{
    sleep((unsigned)PyLong_AsLong(arg)); // expect: gilray-blocking-call-attached "sleeps"
    Py_RETURN_NONE;
}
