// corpus: check=gilray-detached-api-call py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// Submodules, classes in templates, overloads and operators are bound like plain functions.
#include <pybind11/operators.h>
#include <pybind11/pybind11.h>
namespace py = pybind11;

double measure(int channel);

template <class T>
struct Gauge {
    T scale{};
    py::object read(int channel)
    {
        py::gil_scoped_release released;
        return py::cast(measure(channel) * double(scale)); // expect: gilray-detached-api-call
    }
    py::object read(int channel, bool) { return py::cast(measure(channel)); } // ok: gilray-detached-api-call
};

template <class T>
static void bind_gauge(py::module_ &m, const char *name)
{
    using Self = Gauge<T>;
    py::class_<Self>(m, name)
        .def("read", py::overload_cast<int>(&Self::read))
        .def("read", py::overload_cast<int, bool>(&Self::read));
}

PYBIND11_MODULE(gauges, m)
{
    py::module_ typed = m.def_submodule("typed");
    bind_gauge<double>(typed, "DoubleGauge");
}
