// corpus: check=* py=3.9..
// Statement macros that release, use and return; the places are where the user wrote them.
#include <Python.h>

int step(int n);

#define UNLOCKED(expression)                                                                                           \
    do {                                                                                                               \
        PyThreadState *unlocked_ = PyEval_SaveThread();                                                                \
        expression;                                                                                                    \
        PyEval_RestoreThread(unlocked_);                                                                               \
    } while (0)
#define FAIL_IF(condition, text)                                                                                       \
    do {                                                                                                               \
        if (condition) {                                                                                               \
            PyErr_SetString(PyExc_RuntimeError, text);                                                                 \
            return NULL;                                                                                               \
        }                                                                                                              \
    } while (0)

PyObject *macros(PyObject *self, PyObject *args)
{
    int rc;
    UNLOCKED(rc = step(1));
    FAIL_IF(rc < 0, "one"); // ok: gilray-*  attached
    UNLOCKED(rc = step(rc); rc = step(rc));
    FAIL_IF(rc < 0, "two"); // ok: gilray-*  attached
    UNLOCKED(rc = PyErr_CheckSignals()); // expect: gilray-detached-api-call "PyErr_CheckSignals"
    return PyLong_FromLong(rc);
}
