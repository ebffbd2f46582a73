// corpus: check=* py=3.9..
// Two independent flags: four combinations, and only the right ones are possible.
#include <Python.h>

int pack(int level);

PyObject *combine(PyObject *self, PyObject *args)
{
    int threads, verbose;
    PyThreadState *saved = NULL;
    if (!PyArg_ParseTuple(args, "pp", &threads, &verbose))
        return NULL;
    if (threads)
        saved = PyEval_SaveThread();
    int rc = pack(1);
    if (verbose) {
        if (threads)
            PyEval_RestoreThread(saved);
        PySys_WriteStderr("packed\n"); // ok: gilray-*  attached in both combinations
        if (threads)
            saved = PyEval_SaveThread();
    }
    rc += pack(2);
    if (threads)
        PyEval_RestoreThread(saved);
    return PyLong_FromLong(rc); // ok: gilray-*  attached in all combinations
}
