// corpus: check=* py=3.9..
// begin() is meant to return detached: its caller has the saved state.
#include <Python.h>

static PyThreadState *begin(void) { return PyEval_SaveThread(); } // ok: gilray-region-escape  hands the state out

static void begin_into(PyThreadState **saved)
{
    *saved = PyEval_SaveThread();
} // ok: gilray-region-escape  hands the state out

static void end(PyThreadState *saved) { PyEval_RestoreThread(saved); }

void churn(void);

PyObject *work(PyObject *self, PyObject *args)
{
    PyThreadState *saved = begin();
    churn();
    end(saved);
    begin_into(&saved);
    churn();
    end(saved);
    Py_RETURN_NONE; // ok: gilray-*  attached
}
