// corpus: check=gilray-unattached-callback py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// Each lambda is judged by what it captures itself: one that stays on this thread says nothing of its neighbour.
#include <pybind11/pybind11.h>
#include <thread>
namespace py = pybind11;

void tick(int n) noexcept;

static void first(py::function callback)
{
    std::thread([callback] { // expect: gilray-unattached-callback
        py::gil_scoped_acquire acquire;
        callback(1);
    }).detach();
}

static void second(py::object value)
{
    std::thread([value] { tick(1); }).detach(); // expect: gilray-unattached-callback
}

static void neighbours(py::function callback)
{
    auto here = [callback] { callback(1); }; // ok: gilray-unattached-callback  called and destroyed on this thread
    int n = 3;
    std::thread([n] { tick(n); }).detach(); // ok: gilray-unattached-callback  captures a number
    here();
}

PYBIND11_MODULE(starter, m)
{
    m.def("first", &first);
    m.def("second", &second);
    m.def("neighbours", &neighbours);
}
