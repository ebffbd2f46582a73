// corpus: check=gilray-unsafe-libc-detached py=3.9..
// A static local is a global with a short name.
#include <Python.h>

int port_status(int port);

static const char *describe(int port)
{
    static char text[32];
    text[0] = (char)('0' + port % 10); // expect: gilray-unsafe-libc-detached "text"
    return text;
}

PyObject *status(PyObject *self, PyObject *arg)
{
    int port = (int)PyLong_AsLong(arg);
    const char *text;
    Py_BEGIN_ALLOW_THREADS
    text = port_status(port) ? describe(port) : "closed";
    Py_END_ALLOW_THREADS
    return PyUnicode_FromString(text);
}
