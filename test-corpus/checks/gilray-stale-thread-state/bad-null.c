// corpus: check=gilray-stale-thread-state py=3.9..
// The saved state is thrown away; a null pointer is restored.
#include <Python.h>

void idle(void);

void pause_for(int turns)
{
    PyThreadState *saved = NULL;
    PyEval_SaveThread();
    while (turns-- > 0)
        idle();
    PyEval_RestoreThread(saved); // expect: gilray-stale-thread-state
}
