// corpus: check=* py=3.9..
// Only with threads is the interpreter released while the library runs; without, its callbacks come attached.
#include <Python.h>

struct loop;
extern struct loop *loop_new(int (*ready)(int fd, void *context), void *context);
extern int loop_run(struct loop *loop), loop_run_threads(struct loop *loop);

static PyInterpreterState *threaded;
static PyObject *callback;

static int ready(int fd, void *context)
{
    PyThreadState *own = NULL;
    if (threaded) {
        own = PyThreadState_New(threaded);
        PyEval_RestoreThread(own);
    }
    PyObject *result = PyObject_CallFunction(callback, "i", fd); // ok: gilray-unattached-callback
    int ok = result ? 0 : -1;
    Py_XDECREF(result);
    if (threaded) {
        PyThreadState_Clear(own);
        PyThreadState_DeleteCurrent();
    }
    return ok;
}

PyObject *run(PyObject *self, PyObject *args)
{
    struct loop *loop = loop_new(ready, NULL);
    int status;
    if (PyObject_IsTrue(args)) {
        PyThreadState *save = PyEval_SaveThread();
        status = loop_run_threads(loop);
        PyEval_RestoreThread(save);
    } else {
        status = loop_run(loop);
    }
    return PyLong_FromLong(status); // ok: gilray-region-escape
}
