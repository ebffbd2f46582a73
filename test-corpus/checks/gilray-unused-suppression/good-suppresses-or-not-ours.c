// corpus: check=gilray-unused-suppression severity=note
// Comments that silence a finding, and comments that are meant for other tools.
#include <Python.h>

void device_flush(int fd);

PyObject *flush(PyObject *self, PyObject *args)
{
    int fd = 0;
    if (!PyArg_ParseTuple(args, "i", &fd))
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    device_flush(fd);
    // ok@+1: gilray-unused-suppression  it silences the finding on its line
    Py_INCREF(self); // NOLINT(gilray-detached-api-call): self is immortal in this embedding
    Py_END_ALLOW_THREADS
    // ok@+1: gilray-unused-suppression  another tool's check
    fd = 0; // NOLINT(clang-analyzer-deadcode.DeadStores)
    // ok@+1: gilray-unused-suppression  no list: for whichever tool it was written
    return self; // NOLINT
}

PyObject *flush_all(PyObject *self, PyObject *args)
{
    // NOLINTBEGIN(gilray-*)
    Py_BEGIN_ALLOW_THREADS
    Py_INCREF(self); // ok: gilray-unused-suppression  silenced by the pair around it
    Py_END_ALLOW_THREADS
    // NOLINTEND(gilray-*)
    return self;
}
