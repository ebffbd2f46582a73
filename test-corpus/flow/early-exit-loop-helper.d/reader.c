// corpus: check=* py=3.9..
// begin and end in one file, a loop with several ways out in another.
#include <Python.h>
#include "reader.h"

void reader_leave(struct reader *r) { r->saved = PyEval_SaveThread(); }
void reader_enter(struct reader *r)
{
    PyEval_RestoreThread(r->saved);
    r->saved = NULL;
}
