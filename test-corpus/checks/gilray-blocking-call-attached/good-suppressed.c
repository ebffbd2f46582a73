// corpus: check=gilray-blocking-call-attached py=3.9..
// Intentionally kept attached, and said so.
#include <Python.h>
#include <unistd.h>

PyObject *settle(PyObject *self, PyObject *unused)
{
    // NOLINTNEXTLINE(gilray-blocking-call-attached): shorter than a hand-over of the lock
    usleep(10); // ok: gilray-blocking-call-attached
    Py_RETURN_NONE;
}
