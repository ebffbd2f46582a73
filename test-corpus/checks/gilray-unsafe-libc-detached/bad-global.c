// corpus: check=gilray-unsafe-libc-detached py=3.9..
// A global that the lock used to serialise is written in a released region.
#include <Python.h>

static int last_code;
static char last_name[32];

int device_probe(const char *name);

PyObject *probe(PyObject *self, PyObject *arg)
{
    const char *name = PyUnicode_AsUTF8(arg);
    if (!name)
        return NULL;
    last_name[0] = name[0]; // ok: gilray-unsafe-libc-detached  attached
    Py_BEGIN_ALLOW_THREADS
    last_code = device_probe(name); // expect: gilray-unsafe-libc-detached "last_code"
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(last_code);
}

PyObject *last(PyObject *self, PyObject *args)
{
    return Py_BuildValue("si", last_name, last_code);
}
