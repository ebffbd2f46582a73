// corpus: check=* py=3.9..
// A region inside an Ensure inside a region: each is entered in the right state.
#include <Python.h>

int outer_step(void), inner_step(void);

static int inner(PyObject *log)
{
    int rc;
    PyGILState_STATE gil = PyGILState_Ensure();
    PyList_Append(log, Py_None);
    Py_BEGIN_ALLOW_THREADS // ok: gilray-double-detach  attached by Ensure
    rc = inner_step();
    Py_END_ALLOW_THREADS
    PyGILState_Release(gil);
    return rc;
}

PyObject *steps(PyObject *self, PyObject *log)
{
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = outer_step();
    if (rc > 0)
        rc = inner(log); // ok: gilray-double-detach
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(rc);
}
