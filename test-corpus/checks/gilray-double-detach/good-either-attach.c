// corpus: check=gilray-double-detach py=3.9..
// A process is a spooler or the first worker, never both.
#include <Python.h>

extern int is_spooler, is_first_worker;
static PyThreadState *saved;

void after_fork(void)
{
    if (is_first_worker)
        PyEval_RestoreThread(saved);
    if (is_spooler)
        PyEval_RestoreThread(saved); // ok: gilray-double-detach
    PyOS_AfterFork_Child();
}
