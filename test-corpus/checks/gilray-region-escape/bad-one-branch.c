// corpus: check=gilray-region-escape py=3.9..
// One error branch among several forgets to attach.
#include <Python.h>

int begin_work(void), do_work(void), end_work(void);

PyObject *work(PyObject *self, PyObject *args)
{
    PyThreadState *saved = PyEval_SaveThread();
    if (begin_work() < 0) {
        PyEval_RestoreThread(saved);
        return PyErr_NoMemory(); // ok: gilray-region-escape  restored
    }
    if (do_work() < 0)
        return NULL; // expect: gilray-region-escape
    if (end_work() < 0) {
        PyEval_RestoreThread(saved);
        return PyErr_NoMemory(); // ok: gilray-region-escape  restored
    }
    PyEval_RestoreThread(saved);
    Py_RETURN_NONE;
}
