// corpus: check=gilray-region-escape py=3.9..
// An early return between BEGIN and END.
#include <Python.h>

int lock_file(const char *path);

static PyObject *lock(PyObject *self, PyObject *arg)
{
    const char *path = PyUnicode_AsUTF8(arg);
    if (!path)
        return NULL; // ok: gilray-region-escape  before the region
    Py_BEGIN_ALLOW_THREADS
    if (lock_file(path) != 0)
        return NULL; // expect: gilray-region-escape
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}

PyMethodDef lock_methods[] = {{"lock", lock, METH_O, NULL}, {NULL, NULL, 0, NULL}};
