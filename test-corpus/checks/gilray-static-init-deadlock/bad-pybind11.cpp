// corpus: check=gilray-static-init-deadlock py=3.9.. needs=pybind11
#include <pybind11/pybind11.h>

namespace py = pybind11;

static py::object parse_date(py::str text)
{
    static py::object date = py::module_::import("datetime").attr("date"); // expect: gilray-static-init-deadlock // expect: gilray-attach-after-finalize // expect: gilray-static-object
    return date.attr("fromisoformat")(text);
}

PYBIND11_MODULE(dates, m) // expect(py>=3.13): gilray-binding-declaration
{
    m.def("parse_date", &parse_date);
}
