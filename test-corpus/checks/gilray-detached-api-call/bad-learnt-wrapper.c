// corpus: check=gilray-detached-api-call py=3.9..
// begin() and end() are learnt from their bodies: no configuration names them.
#include <Python.h>

typedef struct {
    PyThreadState *saved;
    int depth;
} session;

static void begin(session *s) { s->depth++; s->saved = PyEval_SaveThread(); }
static void end(session *s) { PyEval_RestoreThread(s->saved); s->depth--; }

int bus_transfer(session *s);

PyObject *transfer(PyObject *self, PyObject *args)
{
    session s = {NULL, 0};
    begin(&s);
    if (bus_transfer(&s) < 0)
        PyErr_SetNone(PyExc_OSError); // expect: gilray-detached-api-call "PyErr_SetNone"
    end(&s);
    return PyErr_Occurred() ? NULL : PyLong_FromLong(s.depth); // ok: gilray-detached-api-call  after end()
}
