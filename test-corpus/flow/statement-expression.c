// corpus: check=* py=3.9..
// A GNU statement expression as a releasing macro with a value.
#include <Python.h>

int step(int n);

#define UNLOCKED(expression)                                                                                           \
    ({                                                                                                                 \
        PyThreadState *unlocked_ = PyEval_SaveThread();                                                                \
        __typeof__(expression) value_ = (expression);                                                                  \
        PyEval_RestoreThread(unlocked_);                                                                               \
        value_;                                                                                                        \
    })

PyObject *values(PyObject *self, PyObject *arg)
{
    int rc = UNLOCKED(step(1)) + 1;
    if (rc > 1 && UNLOCKED(step(rc)) > 2)
        PyErr_Clear(); // ok: gilray-*  attached
    rc += UNLOCKED((int)PyObject_Size(arg)); // expect: gilray-detached-api-call "PyObject_Size"
    return PyLong_FromLong(rc);              // ok: gilray-*  attached
}
