// corpus: check=gilray-detached-api-call py=3.9..
// Always entered detached, attaches itself, leaves detached.
#include <Python.h>

int link_send(int code);

static int send_unlocked(int code)
{
    int rc = link_send(code);
    if (rc < 0) {
        PyGILState_STATE gil = PyGILState_Ensure();
        PyErr_SetString(PyExc_OSError, "link down"); // ok: gilray-detached-api-call  the helper attaches
        PyGILState_Release(gil);
    }
    return rc; // ok: gilray-region-escape  detached as it was entered
}

PyObject *send_one(PyObject *self, PyObject *arg)
{
    int rc, code = (int)PyLong_AsLong(arg);
    Py_BEGIN_ALLOW_THREADS
    rc = send_unlocked(code); // ok: gilray-detached-api-call  needs nothing from its caller
    Py_END_ALLOW_THREADS
    return rc < 0 ? NULL : PyLong_FromLong(rc);
}
