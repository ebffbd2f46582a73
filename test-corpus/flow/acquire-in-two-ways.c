// corpus: check=* py=3.9..
// A host that embeds Python: one function takes the lock in either of two ways, its twin gives it back in the same way.
#include <Python.h>

typedef struct {
    PyInterpreterState *interp;
    const char *name;
} interpreter;

interpreter *find_interpreter(const char *name);
void log_line(const char *text);

interpreter *acquire(const char *name)
{
    interpreter *found = find_interpreter(name);
    if (!found) {
        log_line("no such interpreter");
        return NULL;
    }
    PyInterpreterState *interp = found->interp;
    if (*name) {
        PyThreadState *state = PyThreadState_New(interp);
        if (!state)
            return NULL;
        PyEval_AcquireThread(state);
    } else {
        PyGILState_Ensure();
    }
    return found; // ok: gilray-leaked-attach
}

void release(interpreter *held)
{
    if (*held->name)
        PyEval_ReleaseThread(PyThreadState_Get());
    else
        PyGILState_Release(PyGILState_UNLOCKED);
}

static void log_unlocked(const char *text)
{
    Py_BEGIN_ALLOW_THREADS // ok: gilray-double-detach
    log_line(text);
    Py_END_ALLOW_THREADS
}

void run_in(const char *name, const char *code)
{
    interpreter *held = acquire(name);
    if (!held)
        return; // ok: gilray-leaked-attach
    log_unlocked(code);
    PyRun_SimpleString(code); // ok: gilray-detached-api-call
    release(held);
    log_line("done");
} // ok: gilray-region-escape, gilray-leaked-attach

void run_and_log(const char *name, const char *code)
{
    interpreter *held = acquire(name);
    if (!held)
        return;
    PyRun_SimpleString(code);
    release(held);
    log_unlocked("done"); // expect: gilray-double-detach
}
