// corpus: check=* py=3.9..
// Everything thrown in the region is caught in it.
#include <Python.h>
#include <exception>
#include <string>
#include <vector>

void render(std::vector<char> &into);

PyObject *image(PyObject *, PyObject *)
{
    std::vector<char> pixels;
    std::string problem;
    Py_BEGIN_ALLOW_THREADS
    try {
        render(pixels);
    } catch (const std::exception &e) {
        problem = e.what();
    } catch (...) {
        problem = "unknown";
    }
    Py_END_ALLOW_THREADS
    if (!problem.empty()) {
        PyErr_SetString(PyExc_RuntimeError, problem.c_str()); // ok: gilray-detached-api-call  attached
        return nullptr;                                       // ok: gilray-region-escape  attached
    }
    return PyBytes_FromStringAndSize(pixels.data(), (Py_ssize_t)pixels.size());
}
