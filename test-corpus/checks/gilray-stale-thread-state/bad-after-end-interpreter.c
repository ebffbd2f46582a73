// corpus: check=gilray-stale-thread-state py=3.9..
#include <Python.h>

int run_isolated(const char *code)
{
    PyThreadState *home = PyThreadState_Get();
    PyThreadState *sub = Py_NewInterpreter();
    if (!sub) {
        PyThreadState_Swap(home);
        return -1;
    }
    int rc = PyRun_SimpleString(code);
    Py_EndInterpreter(sub);
    PyThreadState_Swap(sub); // expect: gilray-stale-thread-state
    PyThreadState_Swap(home);
    return rc;
}

int run_isolated_well(const char *code)
{
    PyThreadState *home = PyThreadState_Get();
    PyThreadState *sub = Py_NewInterpreter();
    if (!sub) {
        PyThreadState_Swap(home);
        return -1;
    }
    int rc = PyRun_SimpleString(code);
    Py_EndInterpreter(sub);
    PyThreadState_Swap(home); // ok: gilray-stale-thread-state
    return rc;
}
