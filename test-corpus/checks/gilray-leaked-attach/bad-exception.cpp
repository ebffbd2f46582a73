// corpus: check=gilray-leaked-attach py=3.9..
// An exception passes the release.
#include <Python.h>
#include <stdexcept>

long call_size(PyObject *object)
{
    PyGILState_STATE gil = PyGILState_Ensure();
    Py_ssize_t n = PyObject_Size(object);
    if (n < 0) {
        PyErr_Clear();
        throw std::runtime_error("no size"); // expect: gilray-leaked-attach
    }
    PyGILState_Release(gil);
    return n; // ok: gilray-leaked-attach
}
