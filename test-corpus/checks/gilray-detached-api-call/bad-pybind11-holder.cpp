// corpus: check=gilray-detached-api-call py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// Copies and destruction of py::object in a scope that released the lock.
#include <pybind11/pybind11.h>
namespace py = pybind11;

void flush_device();

static void hold(py::object owner)
{
    py::gil_scoped_release release;
    py::object second = owner; // expect: gilray-detached-api-call
    flush_device();
}

static void hold_well(py::object owner)
{
    py::object second = owner;
    {
        py::gil_scoped_release release;
        flush_device();
    } // ok: gilray-detached-api-call  nothing of Python dies here
    second = py::none();
}

static void acquire_too_late(py::function callback)
{
    py::gil_scoped_release release;
    flush_device();
    {
        py::gil_scoped_acquire acquire;
        callback(1); // ok: gilray-detached-api-call  under gil_scoped_acquire
    }
    callback(2); // expect: gilray-detached-api-call
}

PYBIND11_MODULE(device, m)
{
    m.def("hold", &hold);
    m.def("hold_well", &hold_well);
    m.def("acquire_too_late", &acquire_too_late);
}
