// corpus: check=* py=3.9..
// Clean-up labels in levels; each is reached in one state only.
#include <Python.h>
#include <stdlib.h>

int open_all(void), use_all(void);
void close_all(void);

PyObject *levels(PyObject *self, PyObject *args)
{
    PyObject *result = NULL;
    PyThreadState *saved;
    char *work = malloc(64);
    if (!work)
        goto failed;
    saved = PyEval_SaveThread();
    if (open_all() < 0)
        goto restore;
    if (use_all() < 0)
        goto close;
    result = Py_None;
close:
    close_all();
restore:
    PyEval_RestoreThread(saved); // ok: gilray-*  detached on all ways to here
    if (result) {
        Py_INCREF(result); // ok: gilray-detached-api-call  attached
        free(work);
        return result;
    }
failed:
    free(work);
    return PyErr_NoMemory(); // ok: gilray-*  attached on all ways to here
}
