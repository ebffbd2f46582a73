// corpus: check=gilray-long-loop-attached py=3.9.. std=c++17 severity=note
// The same in C++.
#include <Python.h>

extern "C" PyObject *brighten(PyObject *, PyObject *arg)
{
    Py_buffer view;
    if (PyObject_GetBuffer(arg, &view, PyBUF_WRITABLE) < 0)
        return nullptr;
    auto *pixels = static_cast<unsigned char *>(view.buf);
    for (Py_ssize_t i = 0; i < view.len; ++i) // expect: gilray-long-loop-attached "view.len"
        pixels[i] = static_cast<unsigned char>(pixels[i] * 2 + 1);
    PyBuffer_Release(&view);
    Py_RETURN_NONE;
}
