// corpus: check=gilray-detached-api-call py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// Iterators, item access and len are roots like any method; make_iterator makes an object.
#include <pybind11/pybind11.h>
#include <vector>
namespace py = pybind11;

struct Track {
    std::vector<double> points;
    void load();
};

PYBIND11_MODULE(tracks, m)
{
    py::class_<Track>(m, "Track")
        .def("__iter__",
             [](Track &self) {
                 py::gil_scoped_release released;
                 self.load();
                 return py::make_iterator(self.points.begin(), self.points.end()); // expect: gilray-detached-api-call
             },
             py::keep_alive<0, 1>())
        .def("__getitem__", [](Track &self, py::ssize_t index) {
            py::gil_scoped_release released;
            self.load();
            return py::float_(self.points[size_t(index)]); // expect: gilray-detached-api-call
        })
        .def_property_readonly("title", [](Track &self) {
            py::gil_scoped_release released;
            self.load();
            return py::str("track"); // expect: gilray-detached-api-call
        });
}
