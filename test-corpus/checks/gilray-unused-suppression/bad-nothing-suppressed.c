// corpus: check=gilray-unused-suppression severity=note
// The call was moved out of the released region, its comment stayed; and a name that never existed.
#include <Python.h>

void device_flush(int fd);

PyObject *flush(PyObject *self, PyObject *args)
{
    int fd = 0;
    if (!PyArg_ParseTuple(args, "i", &fd))
        return NULL;
    // expect@+1: gilray-unused-suppression "suppresses nothing"
    Py_INCREF(self); // NOLINT(gilray-detached-api-call)
    // expect@+1: gilray-unused-suppression "did you mean 'gilray-region-escape'"
    // NOLINTNEXTLINE(gilray-regoin-escape)
    Py_BEGIN_ALLOW_THREADS
    device_flush(fd);
    Py_END_ALLOW_THREADS
    // expect@+1: gilray-unused-suppression "without NOLINTEND"
    // NOLINTBEGIN(gilray-leaked-attach)
    return self;
}
