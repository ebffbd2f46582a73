// corpus: check=gilray-leaked-attach py=3.9..
// After Py_Finalize there is nothing to release.
#include <Python.h>

void at_exit(void)
{
    PyGILState_Ensure();
    PyRun_SimpleString("import atexit");
    Py_Finalize();
} // ok: gilray-leaked-attach
