// corpus: check=gilray-region-escape,gilray-unsafe-libc-detached
// A program that embeds Python starts it, sets it up, and gives the lock up until a script is to run.
#include <Python.h>

static PyThreadState *saved;
static int threads;

int start(const char *path)
{
    PyGILState_STATE gil;
    if (!path)
        return -1;
    Py_Initialize();
    if (!threads)
        gil = PyGILState_Ensure();
    PyRun_SimpleString("import sys");
    if (!threads)
        PyGILState_Release(gil);
    else
        saved = PyEval_SaveThread(); // ok: gilray-unsafe-libc-detached  nothing else could be written there
    return 0;                        // ok: gilray-region-escape
}

int run_script(const char *text)
{
    if (!threads)
        return -1;
    PyEval_RestoreThread(saved);
    int rc = PyRun_SimpleString(text);
    saved = PyEval_SaveThread(); // ok: gilray-unsafe-libc-detached
    return rc;
}

int open_plugin(const char *path)
{
    if (start(path))
        return -1; // ok: gilray-region-escape
    return 0;      // ok: gilray-region-escape
}
