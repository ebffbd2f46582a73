// corpus: check=* py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// pybind11/functional.h: what it makes of a Python callable attaches by itself, when it is called, copied and destroyed.
#include <functional>
#include <pybind11/functional.h>
#include <pybind11/pybind11.h>
#include <thread>
namespace py = pybind11;

void each_sample(const std::function<void(double)> &visit);

static void visit_samples(const std::function<void(double)> &visit)
{
    py::gil_scoped_release released;
    each_sample(visit); // ok: gilray-*
    visit(0.5);         // ok: gilray-*  attaches by itself
    std::function<void(double)> second = visit;
    second(1.5);
} // ok: gilray-*

static void visit_later(std::function<void(double)> visit)
{
    std::thread([visit] { visit(1.0); }).detach(); // ok: gilray-*
}

static void visit_by_reference(py::object sink)
{
    auto visit = [&sink](double value) {
        py::gil_scoped_acquire attached;
        sink.attr("write")(value); // ok: gilray-*
    };
    py::gil_scoped_release released;
    each_sample(visit); // ok: gilray-*  the lambda owns nothing
}

PYBIND11_MODULE(samples, m)
{
    m.def("visit_samples", &visit_samples);
    m.def("visit_later", &visit_later);
    m.def("visit_by_reference", &visit_by_reference);
}
