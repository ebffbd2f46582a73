// corpus: check=gilray-blocking-call-attached py=3.9..
// Released, in all the ways there are.
#include <Python.h>
#include <unistd.h>

static void begin(PyThreadState **save) { *save = PyEval_SaveThread(); }
static void end(PyThreadState **save) { PyEval_RestoreThread(*save); }

PyObject *with_macros(PyObject *self, PyObject *unused)
{
    Py_BEGIN_ALLOW_THREADS
    sleep(1); // ok: gilray-blocking-call-attached
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}

PyObject *with_wrapper(PyObject *self, PyObject *unused)
{
    PyThreadState *save;
    begin(&save);
    sleep(1); // ok: gilray-blocking-call-attached
    end(&save);
    Py_RETURN_NONE;
}

static void *worker(void *arg)
{
    sleep(1); // ok: gilray-blocking-call-attached  not attached at all
    return arg;
}
void *(*start_routine)(void *) = worker;
