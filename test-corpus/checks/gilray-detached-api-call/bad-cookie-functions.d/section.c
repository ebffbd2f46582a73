// corpus: check=gilray-detached-api-call py=3.9..
// Cookie functions in another file, without Python in their header.
#include <Python.h>
#include "section.h"

void section_enter(section_cookie *cookie) { *cookie = (void *)PyEval_SaveThread(); }
void section_leave(section_cookie *cookie) { PyEval_RestoreThread((PyThreadState *)*cookie); }
