// corpus: check=* py=3.9..
// The label asks a flag in which state it was reached.
#include <Python.h>

int open_all(void), use_all(void);

PyObject *flagged(PyObject *self, PyObject *arg)
{
    PyThreadState *saved = NULL;
    int rc = -1, released = 0;
    if (arg == Py_None)
        goto done;
    saved = PyEval_SaveThread();
    released = 1;
    rc = open_all();
    if (rc < 0)
        goto done;
    rc = use_all();
done:
    if (released)
        PyEval_RestoreThread(saved); // ok: gilray-*  only where it was released
    return rc < 0 ? NULL : PyLong_FromLong(rc); // ok: gilray-*  attached
}
