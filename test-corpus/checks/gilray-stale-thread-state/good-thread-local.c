// corpus: check=* py=3.9..
// The saved state is kept per thread; callbacks of the same thread attach with it.
#include <Python.h>

static _Thread_local PyThreadState *saved;

typedef struct player player;
int player_run(player *p, void (*tick)(void *), void *context);

static void tick(void *context)
{
    PyEval_RestoreThread(saved); // ok: gilray-stale-thread-state  of this thread
    PyObject *r = PyObject_CallNoArgs(context); // ok: gilray-*  attached
    if (!r)
        PyErr_Clear();
    Py_XDECREF(r);
    saved = PyEval_SaveThread();
} // ok: gilray-region-escape  detached as it was entered

PyObject *play(PyObject *self, PyObject *callback)
{
    saved = PyEval_SaveThread();
    int rc = player_run(NULL, tick, callback);
    PyEval_RestoreThread(saved); // ok: gilray-stale-thread-state
    saved = NULL;
    return PyLong_FromLong(rc);
}
