// corpus: check=gilray-detached-api-call py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// Default arguments and temporaries are made where the call is, and die at the end of the expression.
#include <pybind11/pybind11.h>
#include <string>
namespace py = pybind11;

void write_line(const std::string &text);

static void log_value(int level, const py::object &value = py::none(), const py::str &kind = py::str("value"))
{
    (void)level, (void)value, (void)kind;
}

static void report(py::object value)
{
    log_value(1, value);
    py::gil_scoped_release released;
    log_value(2); // expect: gilray-detached-api-call
    write_line("done");
}

static void describe(const py::object &value)
{
    py::gil_scoped_release released;
    write_line(py::str(value)); // expect: gilray-detached-api-call
}

PYBIND11_MODULE(logs, m)
{
    m.def("report", &report);
    m.def("describe", &describe);
}
