// corpus: check=gilray-detached-api-call py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// A std::function that holds a lambda with an owner dies where the variable does.
#include <functional>
#include <pybind11/pybind11.h>
namespace py = pybind11;

void each_sample(const std::function<void(double)> &visit);

static void visit_samples(py::object sink)
{
    py::gil_scoped_release released;
    auto visit = [sink](double value) { // expect: gilray-detached-api-call
        py::gil_scoped_acquire attached;
        sink.attr("write")(value);
    };
    each_sample(visit);
}

static void append_samples(py::list samples)
{
    std::function<void(double)> visit = [&samples](double value) {
        samples.append(value); // expect: gilray-detached-api-call
    };
    py::gil_scoped_release released;
    visit(1.5);
}

PYBIND11_MODULE(samples, m)
{
    m.def("visit_samples", &visit_samples);
    m.def("append_samples", &append_samples);
}
