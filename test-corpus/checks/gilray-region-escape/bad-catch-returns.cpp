// corpus: check=gilray-region-escape py=3.9..
// Caught inside the region, but the handler returns without attaching.
#include <Python.h>
#include <new>
#include <vector>

void render(std::vector<char> &into);

PyObject *image(PyObject *, PyObject *)
{
    std::vector<char> pixels;
    Py_BEGIN_ALLOW_THREADS
    try {
        render(pixels);
    } catch (const std::bad_alloc &) {
        return nullptr; // expect: gilray-region-escape
    }
    Py_END_ALLOW_THREADS
    return PyBytes_FromStringAndSize(pixels.data(), (Py_ssize_t)pixels.size());
}
