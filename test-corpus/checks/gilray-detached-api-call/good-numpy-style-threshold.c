// corpus: check=gilray-detached-api-call py=3.9..
// The macros of NumPy's kind: one declares, one releases beyond a threshold, one restores if something was saved.
#include <Python.h>

#define THREADS_DEF PyThreadState *_save = NULL;
#define THREADS_BEGIN_THRESHOLDED(n) do { if ((n) > 500) _save = PyEval_SaveThread(); } while (0)
#define THREADS_END do { if (_save) { PyEval_RestoreThread(_save); _save = NULL; } } while (0)

double kernel(const char *data, Py_ssize_t n);

PyObject *reduce(PyObject *self, PyObject *args)
{
    const char *data;
    Py_ssize_t n;
    THREADS_DEF
    if (!PyArg_ParseTuple(args, "y#", &data, &n))
        return NULL;
    THREADS_BEGIN_THRESHOLDED(n);
    double sum = kernel(data, n);
    THREADS_END;
    return PyFloat_FromDouble(sum); // ok: gilray-detached-api-call  attached on both paths
}
