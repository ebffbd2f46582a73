// corpus: check=gilray-detached-api-call py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// Exceptions leave the released scope: what they destroy on the way, and what they are made of.
#include <pybind11/pybind11.h>
#include <stdexcept>
namespace py = pybind11;

int seek(int frame);

static int jump_to(int frame)
{
    py::gil_scoped_release released;
    if (seek(frame) < 0) {
        PyErr_SetString(PyExc_IOError, "no such frame"); // expect: gilray-detached-api-call "PyErr_SetString"
        throw py::error_already_set();
    }
    return frame;
}

static int find(py::object name)
{
    py::gil_scoped_release released;
    try {
        if (seek(0) < 0)
            throw std::runtime_error("closed");
    } catch (const std::runtime_error &error) {
        py::print(error.what()); // expect: gilray-detached-api-call
        return -1;
    }
    return 0;
}

PYBIND11_MODULE(film, m)
{
    m.def("jump_to", &jump_to);
    m.def("find", &find);
}
