// corpus: check=gilray-attach-after-finalize py=3.9..3.14 variants=gil needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// Owners in static storage die after the interpreter.
#include <pybind11/pybind11.h>
#include <string>
#include <unordered_map>
namespace py = pybind11;

static std::unordered_map<std::string, py::object> cache; // expect: gilray-attach-after-finalize  // expect: gilray-static-object

static py::object &decimal_type()
{
    static py::object type = py::module_::import("decimal").attr("Decimal"); // expect: gilray-attach-after-finalize  // expect: gilray-static-init-deadlock
    return type;
}

PYBIND11_MODULE(money, m)
{
    m.def("remember", [](const std::string &key, py::object value) { cache[key] = value; });
    m.def("make", [](const std::string &text) { return decimal_type()(text); });
}
