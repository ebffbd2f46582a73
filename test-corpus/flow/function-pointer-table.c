// corpus: check=* py=3.9..
// An array of operations, called by index in a released region: one of them needs the lock.
#include <Python.h>

typedef struct {
    const char *name;
    int (*run)(int);
} operation;

static int twice(int n) { return n * 2; }
static int checked(int n)
{
    if (n < 0)
        PyErr_SetString(PyExc_ValueError, "negative"); // expect: gilray-detached-api-call "PyErr_SetString"
    return n;
}

static const operation operations[] = {{"twice", twice}, {"checked", checked}};

PyObject *apply(PyObject *self, PyObject *args)
{
    int rc, which, n;
    if (!PyArg_ParseTuple(args, "ii", &which, &n))
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    rc = operations[which & 1].run(n);
    Py_END_ALLOW_THREADS
    return PyErr_Occurred() ? NULL : PyLong_FromLong(rc);
}
