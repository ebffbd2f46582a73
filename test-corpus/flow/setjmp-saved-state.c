// corpus: check=* py=3.9..
// The state is saved where the second return of setjmp finds it, and taken back there.
#include <Python.h>
#include <setjmp.h>

typedef struct {
    jmp_buf on_error;
    PyThreadState *volatile saved;
    int line;
} script;

int step(void);

static void run(script *s)
{
    s->saved = PyEval_SaveThread();
    while (s->line < 100) {
        if (step() < 0)
            longjmp(s->on_error, 1); // ok: gilray-region-escape  the other side knows
        s->line++;
    }
    PyEval_RestoreThread(s->saved);
    s->saved = NULL;
}

PyObject *execute(PyObject *self, PyObject *args)
{
    script s = {.saved = NULL, .line = 0};
    if (setjmp(s.on_error)) {
        if (s.saved)
            PyEval_RestoreThread(s.saved);
        PyErr_SetString(PyExc_RuntimeError, "script failed"); // ok: gilray-detached-api-call
        return NULL;                                          // ok: gilray-region-escape
    }
    run(&s);
    return PyLong_FromLong(s.line);
}

PyObject *execute_badly(PyObject *self, PyObject *args)
{
    script s = {.saved = NULL, .line = 0};
    if (setjmp(s.on_error)) {
        PyErr_SetString(PyExc_RuntimeError, "script failed"); // expect: gilray-detached-api-call "PyErr_SetString"
        return NULL;                                          // expect: gilray-region-escape
    }
    run(&s);
    return PyLong_FromLong(s.line);
}
