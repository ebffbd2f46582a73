// corpus: check=* py=3.9..
// Two switches over the same value: the second restores exactly where the first released.
#include <Python.h>

enum mode { DIRECT, THREADED, LAZY };
int run_mode(enum mode m);

PyObject *run(PyObject *self, PyObject *arg)
{
    enum mode m = (enum mode)PyLong_AsLong(arg);
    PyThreadState *saved = NULL;
    switch (m) {
    case THREADED:
        saved = PyEval_SaveThread();
        break;
    default:
        break;
    }
    int rc = run_mode(m);
    switch (m) {
    case THREADED:
        PyEval_RestoreThread(saved);
        break;
    case DIRECT:
    case LAZY:
        break;
    }
    return PyLong_FromLong(rc); // ok: gilray-*  attached
}
