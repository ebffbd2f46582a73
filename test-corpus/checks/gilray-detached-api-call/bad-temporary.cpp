// corpus: check=gilray-detached-api-call py=3.9..
// A temporary dies at the end of its full expression.
#include <Python.h>
#include <string>

struct Text {
    PyObject *owned;
    explicit Text(PyObject *o) : owned(o) {}
    ~Text() { Py_XDECREF(owned); } // ok: gilray-detached-api-call  right where it dies attached
    const char *c_str() const { return "name"; }
};

int device_open(const char *name);

PyObject *open_device(PyObject *, PyObject *arg)
{
    PyObject *name = PyObject_Str(arg);
    int rc = device_open(Text(PyObject_Repr(arg)).c_str()); // ok: gilray-detached-api-call  attached
    Py_BEGIN_ALLOW_THREADS
    rc += device_open(Text(name).c_str()); // expect: gilray-detached-api-call "Text"
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(rc);
}
