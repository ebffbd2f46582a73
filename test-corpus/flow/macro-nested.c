// corpus: check=* py=3.9..
// Macros in macros in macros, with the release in the innermost.
#include <Python.h>

int step(int n);

#define LEAVE_PYTHON PyThreadState *ts_ = PyEval_SaveThread();
#define ENTER_PYTHON PyEval_RestoreThread(ts_);
#define OUTSIDE(x) { LEAVE_PYTHON x; ENTER_PYTHON }
#define RUN(n, to) OUTSIDE(to = step(n))
#define RUN_AND_COUNT(n, to, list) OUTSIDE(to = step(n) + (int)PyList_Size(list))

PyObject *nested(PyObject *self, PyObject *list)
{
    int rc;
    RUN(1, rc)
    PyErr_Clear(); // ok: gilray-*  attached
    RUN_AND_COUNT(2, rc, list) // expect: gilray-detached-api-call "PyList_Size"
    return PyLong_FromLong(rc);
}
