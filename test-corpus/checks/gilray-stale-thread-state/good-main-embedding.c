// corpus: check=* py=3.9..
// An embedding program: no thread state before Py_Initialize, one of its own afterwards.
#include <Python.h>

int serve(void);

int main(int argc, char **argv)
{
    Py_Initialize(); // ok: gilray-detached-api-call  callable before initialisation
    PyRun_SimpleString("import sys"); // ok: gilray-detached-api-call  attached by Py_Initialize
    PyThreadState *saved = PyEval_SaveThread();
    int rc = serve();
    PyEval_RestoreThread(saved); // ok: gilray-stale-thread-state
    if (Py_FinalizeEx() < 0)     // ok: gilray-detached-api-call  attached
        rc = 120;
    return rc;
}
