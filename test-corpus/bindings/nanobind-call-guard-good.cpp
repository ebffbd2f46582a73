// corpus: check=* py=3.10..3.14 needs=nanobind std=c++17 gilray="--checks=*,-gilray-binding-declaration"
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>
#include <string>
#include <vector>
namespace nb = nanobind;

std::vector<double> weigh_all(const std::string &room);

struct Scale {
    nb::object owner;
    void set_owner(nb::object next) { owner = std::move(next); } // ok: gilray-*
    double total(const std::string &room)
    {
        double sum = 0;
        for (double weight : weigh_all(room))
            sum += weight;
        return sum; // ok: gilray-*
    }
};

NB_MODULE(scales, m)
{
    nb::class_<Scale>(m, "Scale")
        .def(nb::init<>())
        .def("total", &Scale::total, nb::arg("room"), nb::call_guard<nb::gil_scoped_release>())
        .def_prop_rw("owner", [](Scale &s) { return s.owner; }, &Scale::set_owner);
    m.def("weigh_all", &weigh_all, nb::call_guard<nb::gil_scoped_release>());
}
