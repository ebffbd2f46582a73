// corpus: check=* py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// The path begins at the binding: its call guard is what releases. A name that is handed over with a callback is no handle:
// methods of strings do not run it, methods of the sensor may.
#include <functional>
#include <pybind11/functional.h>
#include <pybind11/pybind11.h>
#include <string>
namespace py = pybind11;

struct Sensor {
    void subscribe(const std::string &name, std::function<void(std::string)> listener);
    std::string read(const std::string &name);
    void calibrate(const std::string &name);
};

PYBIND11_MODULE(sensors, m)
{
    py::class_<Sensor>(m, "Sensor")
        .def(
            "calibrate",
            [](Sensor &sensor, std::string name) {
                if (name.begin() != name.end())
                    sensor.calibrate(name);
            },
            py::call_guard<py::gil_scoped_release>())
        .def(
            "read",
            [](Sensor &sensor, std::string name) {
                return py::bytes(sensor.read(name)); // expect: gilray-detached-api-call "'read' is bound here with a call guard"
            },
            py::call_guard<py::gil_scoped_release>())
        .def("subscribe", [](Sensor &sensor, std::string name, std::function<void(py::bytes)> listener) {
            sensor.subscribe(name, [listener](std::string text) {
                listener(py::bytes(text)); // expect: gilray-unattached-callback "'Sensor::read' is called detached here with the same handle"
            });
        });
}
