// corpus: check=gilray-stale-thread-state py=3.9..
// The field is cleared before it is restored.
#include <Python.h>

typedef struct {
    PyThreadState *saved;
    int running;
} engine;

void engine_turn(engine *e);

void engine_run(engine *e)
{
    e->saved = PyEval_SaveThread();
    e->running = 1;
    engine_turn(e);
    e->running = 0;
    e->saved = NULL;
    PyEval_RestoreThread(e->saved); // expect: gilray-stale-thread-state
}

void engine_run_well(engine *e)
{
    e->saved = PyEval_SaveThread();
    engine_turn(e);
    PyThreadState *saved = e->saved;
    e->saved = NULL;
    PyEval_RestoreThread(saved); // ok: gilray-stale-thread-state  copied before
}
