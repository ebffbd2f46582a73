// corpus: check=gilray-attach-after-finalize py=3.9..
// Destructors of thread_local objects run when the thread ends, perhaps after the interpreter did.
#include <Python.h>

struct Buffer {
    PyObject *bytes = nullptr;
    ~Buffer() { Py_XDECREF(bytes); } // expect: gilray-attach-after-finalize
};

static thread_local Buffer buffer;

PyObject *reuse(PyObject *, PyObject *)
{
    if (!buffer.bytes)
        buffer.bytes = PyByteArray_FromStringAndSize(nullptr, 4096);
    Py_XINCREF(buffer.bytes);
    return buffer.bytes;
}
