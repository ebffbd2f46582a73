// corpus: check=gilray-detached-api-call py=3.10..3.14 needs=nanobind std=c++17 gilray="--checks=*,-gilray-binding-declaration"
// Guards of nanobind on functions, methods and properties.
#include <nanobind/nanobind.h>
#include <string>
namespace nb = nanobind;

double weigh(int shelf);

struct Scale {
    nb::object owner;
    double total(nb::list shelves)
    {
        double sum = 0;
        for (nb::handle shelf : shelves)
            sum += weigh(nb::cast<int>(shelf)); // expect: gilray-detached-api-call "nanobind::cast"
        return sum;
    }
    nb::object who() const { return owner; } // expect: gilray-detached-api-call
    double one(int shelf) const { return weigh(shelf); } // ok: gilray-detached-api-call
};

NB_MODULE(scales, m)
{
    nb::class_<Scale>(m, "Scale")
        .def(nb::init<>())
        .def("total", &Scale::total, nb::call_guard<nb::gil_scoped_release>())
        .def("one", &Scale::one, nb::call_guard<nb::gil_scoped_release>())
        .def_prop_ro("who", &Scale::who, nb::call_guard<nb::gil_scoped_release>());
}
