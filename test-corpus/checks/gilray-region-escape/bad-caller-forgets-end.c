// corpus: check=gilray-region-escape py=3.9..
// begin() is right; the caller that forgets end() is wrong.
#include <Python.h>

typedef struct {
    PyThreadState *saved;
} section;

static void begin(section *s) { s->saved = PyEval_SaveThread(); } // ok: gilray-region-escape  hands the state out
static void end(section *s) { PyEval_RestoreThread(s->saved); }

int churn(void);

PyObject *work(PyObject *self, PyObject *args)
{
    section s;
    begin(&s);
    if (churn() < 0)
        return NULL; // expect: gilray-region-escape
    end(&s);
    return PyLong_FromLong(1); // ok: gilray-region-escape
}
