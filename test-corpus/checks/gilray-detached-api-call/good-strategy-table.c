// corpus: check=gilray-detached-api-call py=3.9..
// Which row a context has was decided when it was made: the row that raises belongs to a strategy that cannot be opened.
#include <Python.h>

struct strategy {
    int (*open)(void);
    int (*get)(int);
};
struct context {
    const struct strategy *how;
};

static int real_open(void) { return 0; }
static int real_get(int n) { return n + 1; }
static int no_open(void) { return -1; }
static int no_get(int n)
{
    PyErr_Format(PyExc_NotImplementedError, "get(%d)", n); // ok: gilray-*  not reached with the lock released
    return -1;
}
static const struct strategy strategies[] = {{real_open, real_get}, {no_open, no_get}};

PyObject *get(PyObject *self, PyObject *arg)
{
    long which = PyLong_AsLong(arg);
    struct context c = {&strategies[which != 0]};
    int rc;
    if (c.how->open() != 0)
        return PyErr_NoMemory();
    Py_BEGIN_ALLOW_THREADS
    rc = c.how->get(3); // ok: gilray-*  one of two candidates
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(rc);
}
