// corpus: check=gilray-region-escape,gilray-double-detach,gilray-detached-api-call py=3.9..
// Helpers that attach and detach under a mode; whether there is a saved state tells which of the two is needed.
#include <Python.h>
#include <stdbool.h>

typedef struct {
    bool threaded;
    PyThreadState *saved;
    size_t found;
    char *text;
} search;

static void release_lock(search *s)
{
    if (s->threaded && !s->saved)
        s->saved = PyEval_SaveThread();
}

static void take_lock(search *s)
{
    if (s->threaded && s->saved) {
        PyEval_RestoreThread(s->saved);
        s->saved = NULL;
    }
}

static void *grow(search *s, size_t size)
{
    take_lock(s);
    void *more = PyMem_Realloc(s->text, size);
    if (!more)
        PyErr_NoMemory();
    release_lock(s); // ok: gilray-region-escape
    return more;
}

static int match(search *s)
{
    for (size_t i = 0; i < s->found; i++)
        if (!grow(s, i))
            return -1; // ok: gilray-region-escape
    return s->found > 3;
}

static int match_twice(search *s)
{
    int status = 0;
    if (s->found)
        status = match(s);
    return status; // ok: gilray-region-escape
}

static int find(search *s)
{
    int status;
    release_lock(s);
    status = match_twice(s);
    if (!status)
        status = match_twice(s);
    take_lock(s);
    if (status < 0 && !PyErr_Occurred()) // ok: gilray-detached-api-call
        PyErr_SetNone(PyExc_RuntimeError);
    return status;
}

PyObject *run(PyObject *self, PyObject *args)
{
    search *s = PyCapsule_GetPointer(args, "search");
    int status = s ? find(s) : -1;
    return status < 0 ? NULL : PyLong_FromLong(status);
}
