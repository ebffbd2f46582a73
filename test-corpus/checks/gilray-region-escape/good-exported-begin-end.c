// corpus: check=* py=3.9..
// The same for a library: the callers are not seen.
#include <Python.h>

typedef struct {
    PyThreadState *saved;
} section;

void section_begin(section *s)
{
    s->saved = PyEval_SaveThread();
} // ok: gilray-region-escape  the state is kept for section_end

void section_end(section *s)
{
    PyEval_RestoreThread(s->saved); // ok: gilray-double-detach  made to be entered detached
    s->saved = NULL;
}
