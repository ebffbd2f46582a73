// corpus: check=* py=3.9..
// The saved state travels in a structure through several functions.
#include <Python.h>

typedef struct {
    PyThreadState *saved;
    int nested;
} context;

static void suspend(context *c)
{
    if (c->nested++ == 0)
        c->saved = PyEval_SaveThread();
}
static void resume(context *c)
{
    if (--c->nested == 0) {
        PyEval_RestoreThread(c->saved);
        c->saved = NULL;
    }
}
int churn(context *c);

static int guarded_churn(context *c)
{
    suspend(c);
    int rc = churn(c);
    resume(c);
    return rc; // ok: gilray-*
}

PyObject *work(PyObject *self, PyObject *args)
{
    context c = {NULL, 0};
    int rc = guarded_churn(&c);
    return PyLong_FromLong(rc); // ok: gilray-*  attached
}
