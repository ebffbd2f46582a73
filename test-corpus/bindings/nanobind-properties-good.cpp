// corpus: check=* py=3.10..3.14 needs=nanobind std=c++17 gilray="--checks=*,-gilray-binding-declaration"
// Properties and methods with a guard touch C++ only; what makes objects does so attached.
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <string>
namespace nb = nanobind;

double read_sensor(int port);

struct Sensor {
    int port = 0;
    double scale = 1;
    std::string name;
};

NB_MODULE(sensors, m)
{
    nb::class_<Sensor>(m, "Sensor")
        .def(nb::init<>())
        .def_rw("port", &Sensor::port)
        .def_prop_ro("value", [](const Sensor &s) { return read_sensor(s.port) * s.scale; }, // ok: gilray-*
                     nb::call_guard<nb::gil_scoped_release>())
        .def_prop_rw("name", [](const Sensor &s) { return nb::str(s.name.c_str()); }, // ok: gilray-*
                     [](Sensor &s, nb::str name) { s.name = name.c_str(); })
        .def("readings", [](const Sensor &s, int count) {
            nb::list out;
            for (int i = 0; i < count; ++i) {
                double value;
                {
                    nb::gil_scoped_release released;
                    value = read_sensor(s.port);
                }
                out.append(value); // ok: gilray-*
            }
            return out;
        });
}
