// corpus: check=gilray-unattached-callback py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// The lambda attaches, but the object that it captured by value dies on the other thread after the guard.
#include <pybind11/pybind11.h>
#include <thread>
namespace py = pybind11;

static void start(py::function callback)
{
    std::thread([callback] { // expect: gilray-unattached-callback
        py::gil_scoped_acquire acquire;
        callback(1); // ok: gilray-unattached-callback  attached
    }).detach();
}

static void start_well(py::function callback)
{
    PyObject *raw = callback.release().ptr();
    std::thread([raw] { // ok: gilray-unattached-callback  captures a pointer
        py::gil_scoped_acquire acquire;
        py::reinterpret_steal<py::function>(raw)(1);
    }).detach();
}

PYBIND11_MODULE(starter, m)
{
    m.def("start", &start);
    m.def("start_well", &start_well);
}
