// corpus: check=gilray-double-detach py=3.9..
#include <Python.h>

int scan(int code);

int scan_code(int code)
{
    PyThreadState *saved = PyEval_SaveThread();
    int rc = scan(code);
    if (rc < 0) {
        PyEval_RestoreThread(saved);
        PyErr_SetString(PyExc_ValueError, "code");
    }
    PyEval_RestoreThread(saved); // expect: gilray-double-detach
    return rc;
}
