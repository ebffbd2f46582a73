// corpus: check=* py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
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
                 {
                     py::gil_scoped_release released;
                     self.load();
                 }
                 return py::make_iterator(self.points.begin(), self.points.end()); // ok: gilray-*  attached again
             },
             py::keep_alive<0, 1>())
        .def("__len__", [](const Track &self) { return self.points.size(); })
        .def_property(
            "first", [](Track &self) { return self.points.at(0); },
            [](Track &self, double value) {
                py::gil_scoped_release released;
                self.load();
                self.points.at(0) = value; // ok: gilray-*  a C++ object
            });
}
