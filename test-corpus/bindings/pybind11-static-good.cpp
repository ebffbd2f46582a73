// corpus: check=* py=3.9..3.14 variants=gil needs=pybind11 gilray="--checks=*,-gilray-binding-declaration,-gilray-static-object"
// What is never destroyed, or destroyed while the interpreter lives, is no danger at the end of the process.
#include <pybind11/pybind11.h>
#include <string>
#include <unordered_map>
namespace py = pybind11;

static std::unordered_map<std::string, py::object> &cache()
{
    static auto *map = new std::unordered_map<std::string, py::object>(); // ok: gilray-*  never destroyed
    return *map;
}

static py::handle decimal_type; // ok: gilray-*  owns nothing

PYBIND11_MODULE(money, m)
{
    m.def("remember", [](const std::string &key, py::object value) { cache()[key] = value; });
    m.def("make", [](const std::string &text) { return decimal_type(text); });
    decimal_type = py::module_::import("decimal").attr("Decimal").cast<py::object>().release();
    py::module_::import("atexit").attr("register")(py::cpp_function([]() { cache().clear(); })); // ok: gilray-*
}
