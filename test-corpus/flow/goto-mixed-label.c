// corpus: check=* py=3.9..
// One of the jumps arrives attached: the restore behind the label blocks for ever.
#include <Python.h>

int open_all(void), use_all(void);

PyObject *mixed(PyObject *self, PyObject *arg)
{
    PyThreadState *saved = NULL;
    int rc = -1;
    if (arg == Py_None) {
        PyErr_SetString(PyExc_TypeError, "None");
        goto done;
    }
    saved = PyEval_SaveThread();
    rc = open_all();
    if (rc < 0)
        goto done;
    rc = use_all();
done:
    PyEval_RestoreThread(saved); // expect: gilray-stale-thread-state
    return rc < 0 ? NULL : PyLong_FromLong(rc);
}
