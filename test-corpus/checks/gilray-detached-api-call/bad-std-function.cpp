// corpus: check=gilray-detached-api-call py=3.9..
#include <Python.h>
#include <functional>

PyObject *twice(PyObject *, PyObject *list)
{
    std::function<void()> step = [list] {
        PyList_Append(list, Py_None); // expect: gilray-detached-api-call "PyList_Append"
    };
    PyThreadState *saved = PyEval_SaveThread();
    step();
    PyEval_RestoreThread(saved);
    Py_RETURN_NONE;
}
