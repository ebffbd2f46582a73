// corpus: check=* py=3.9..
#include <Python.h>

void shut_down(void)
{
    if (!Py_IsInitialized())
        return;
    PyGILState_Ensure();
    PyRun_SimpleString("import atexit");
    Py_Finalize();
} // ok: gilray-leaked-attach  there is nothing left to release
