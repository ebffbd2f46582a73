// corpus: check=gilray-blocking-call-attached py=3.9..
// A numeric address is formatted without asking anybody.
#include <Python.h>
#include <netdb.h>
#include <sys/socket.h>

PyObject *host_of(PyObject *self, PyObject *args)
{
    char host[NI_MAXHOST];
    const char *raw;
    Py_ssize_t size;
    if (!PyArg_ParseTuple(args, "y#", &raw, &size))
        return NULL;
    if (getnameinfo((const struct sockaddr *)raw, (socklen_t)size, host, sizeof host, NULL, 0, NI_NUMERICHOST)) // ok: gilray-blocking-call-attached
        Py_RETURN_NONE;
    return PyUnicode_FromString(host);
}

PyObject *name_of(PyObject *self, PyObject *args)
{
    char host[NI_MAXHOST];
    const char *raw;
    Py_ssize_t size;
    if (!PyArg_ParseTuple(args, "y#", &raw, &size))
        return NULL;
    if (getnameinfo((const struct sockaddr *)raw, (socklen_t)size, host, sizeof host, NULL, 0, 0)) // expect: gilray-blocking-call-attached "asks name servers"
        Py_RETURN_NONE;
    return PyUnicode_FromString(host);
}

static PyMethodDef methods[] = {
    {"host_of", host_of, METH_VARARGS, NULL}, {"name_of", name_of, METH_VARARGS, NULL}, {NULL, NULL, 0, NULL}};

PyMethodDef *methods_of_names(void) { return methods; }
