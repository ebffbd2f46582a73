// corpus: check=gilray-stale-thread-state py=3.9..
// On one path the variable was never written.
#include <Python.h>

int work(int n);

int maybe(int n, int release)
{
    PyThreadState *saved;
    if (release)
        saved = PyEval_SaveThread();
    int rc = work(n);
    PyEval_RestoreThread(saved); // expect: gilray-stale-thread-state
    return rc;
}

int surely(int n, int release)
{
    PyThreadState *saved;
    if (release)
        saved = PyEval_SaveThread();
    int rc = work(n);
    if (release)
        PyEval_RestoreThread(saved); // ok: gilray-stale-thread-state  saved under the same condition
    return rc;
}
