// corpus: check=gilray-detached-api-call py=3.9..
// An embedding program uses objects before there is an interpreter, and after there is none any more.
#include <Python.h>

int early(void)
{
    return 0;
}

int main(int argc, char **argv)
{
    if (argc > 1)
        PyRun_SimpleString("import sys"); // expect: gilray-detached-api-call "PyRun_SimpleString"
    Py_Initialize();
    PyObject *n = PyLong_FromLong(argc); // ok: gilray-detached-api-call  attached
    Py_FinalizeEx();
    Py_XDECREF(n); // expect: gilray-detached-api-call "Py_XDECREF"
    return early();
}
