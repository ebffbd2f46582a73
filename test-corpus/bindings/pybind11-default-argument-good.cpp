// corpus: check=* py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
#include <pybind11/pybind11.h>
#include <string>
namespace py = pybind11;

void write_line(const std::string &text);

static void log_value(int level, py::handle value = py::handle(), const std::string &kind = "value")
{
    write_line(kind + std::to_string(level) + (value ? "*" : "")); // ok: gilray-*
}

static void describe(const py::object &value)
{
    std::string text = py::str(value);
    py::gil_scoped_release released;
    write_line(text);     // ok: gilray-*
    log_value(1, value);  // ok: gilray-*  a handle counts nothing
    log_value(2);         // ok: gilray-*
}

PYBIND11_MODULE(logs, m)
{
    m.def("describe", &describe, py::arg("value") = py::none());
}
