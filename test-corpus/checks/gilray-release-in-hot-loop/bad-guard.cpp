// corpus: check=gilray-release-in-hot-loop py=3.9.. std=c++17 severity=note
// The same with saved states in C++.
#include <Python.h>

extern "C" PyObject *scale(PyObject *, PyObject *arg)
{
    Py_buffer view;
    if (PyObject_GetBuffer(arg, &view, PyBUF_WRITABLE) < 0)
        return nullptr;
    auto *items = static_cast<double *>(view.buf);
    for (Py_ssize_t i = 0; i < view.len / 8; ++i) {
        PyThreadState *save = PyEval_SaveThread(); // expect: gilray-release-in-hot-loop
        items[i] *= 2;
        PyEval_RestoreThread(save);
    }
    PyBuffer_Release(&view);
    Py_RETURN_NONE;
}
