// corpus: check=gilray-double-detach py=3.9..
// A released region inside a released region.
#include <Python.h>

int outer_step(void), inner_step(void);

PyObject *steps(PyObject *self, PyObject *args)
{
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = outer_step();
    if (rc > 0) {
        Py_BEGIN_ALLOW_THREADS // expect: gilray-double-detach
        rc = inner_step();
        Py_END_ALLOW_THREADS
    }
    Py_END_ALLOW_THREADS // ok: gilray-double-detach  already reported above
    return PyLong_FromLong(rc);
}
