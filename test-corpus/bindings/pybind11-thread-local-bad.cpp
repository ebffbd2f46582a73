// corpus: check=gilray-attach-after-finalize py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// A thread_local owner dies with its thread, which has no thread state by then.
#include <pybind11/pybind11.h>
namespace py = pybind11;

static thread_local py::object current_context; // expect: gilray-attach-after-finalize

PYBIND11_MODULE(contexts, m)
{
    m.def("enter", [](py::object context) { current_context = std::move(context); });
    m.def("current", []() { return current_context; });
}
