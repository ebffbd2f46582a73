// corpus: check=* py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// Under call_guard<gil_scoped_release> the arguments are converted before and the result after the guard.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <string>
#include <vector>
namespace py = pybind11;

std::vector<std::string> scan(const std::string &folder);

struct Index {
    py::dict names;
    std::vector<std::string> build(const std::string &folder) { return scan(folder); } // ok: gilray-*
    void keep(const std::string &name, py::object value)
    {
        py::gil_scoped_acquire attached;
        names[py::str(name)] = value; // ok: gilray-*  attached again
    }
};

PYBIND11_MODULE(indexing, m)
{
    py::class_<Index>(m, "Index")
        .def(py::init<>())
        .def("build", &Index::build, py::call_guard<py::gil_scoped_release>())
        .def("keep", &Index::keep, py::call_guard<py::gil_scoped_release>());
    m.def("scan", &scan, py::call_guard<py::gil_scoped_release>(), "the names below a folder");
}
