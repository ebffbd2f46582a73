// corpus: check=* py=3.9..
// The macro that fails and returns is used inside a region: two mistakes on one line.
#include <Python.h>

int step(int n);

#define FAIL_IF(condition, text)                                                                                       \
    do {                                                                                                               \
        if (condition) {                                                                                               \
            PyErr_SetString(PyExc_RuntimeError, text);                                                                 \
            return NULL;                                                                                               \
        }                                                                                                              \
    } while (0)

PyObject *early(PyObject *self, PyObject *args)
{
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = step(1);
    FAIL_IF(rc < 0, "one"); // expect: gilray-detached-api-call // expect: gilray-region-escape
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(rc);
}
