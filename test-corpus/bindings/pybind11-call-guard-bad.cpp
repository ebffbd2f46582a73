// corpus: check=gilray-detached-api-call py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// call_guard with several guards, on methods and static methods; the guard also covers what the function calls.
#include <pybind11/iostream.h>
#include <pybind11/pybind11.h>
namespace py = pybind11;

struct Tape {
    py::object label;
    int position = 0;
    void wind(int steps);
    void announce(const py::object &listener) const
    {
        listener(position); // expect: gilray-detached-api-call
    }
    static int count(const py::list &tapes)
    {
        return int(tapes.attr("count")(1).cast<int>()); // expect: gilray-detached-api-call
    }
    bool labelled() const { return !label.is_none(); } // ok: gilray-detached-api-call  compares pointers
};

PYBIND11_MODULE(tapes, m)
{
    py::class_<Tape>(m, "Tape")
        .def("wind", &Tape::wind, py::arg("steps"), py::call_guard<py::gil_scoped_release>())
        .def("announce", &Tape::announce, py::call_guard<py::scoped_ostream_redirect, py::gil_scoped_release>())
        .def("labelled", &Tape::labelled, py::call_guard<py::gil_scoped_release>())
        .def_static("count", &Tape::count, py::call_guard<py::gil_scoped_release>());
}
