// corpus: check=* py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// gil_safe_call_once_and_store neither deadlocks nor destroys at the end of the process.
#include <pybind11/gil_safe_call_once.h>
#include <pybind11/pybind11.h>
#include <string>
namespace py = pybind11;

static const py::object &decimal_type()
{
    PYBIND11_CONSTINIT static py::gil_safe_call_once_and_store<py::object> storage; // ok: gilray-*
    return storage.call_once_and_store_result([]() { return py::module_::import("decimal").attr("Decimal"); }).get_stored();
}

PYBIND11_MODULE(money, m)
{
    m.def("make", [](const std::string &text) { return decimal_type()(text); }); // ok: gilray-*
}
