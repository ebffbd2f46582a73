// corpus: check=gilray-detached-api-call py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// Methods bound as lambdas; the guard is a local.
#include <pybind11/pybind11.h>
#include <string>
namespace py = pybind11;

struct Radio {
    std::string receive();
};

PYBIND11_MODULE(radio, m)
{
    py::class_<Radio>(m, "Radio")
        .def("receive", [](Radio &self) {
            std::string data;
            {
                py::gil_scoped_release release;
                data = self.receive();
            }
            return py::bytes(data); // ok: gilray-detached-api-call  attached again
        })
        .def("receive_raw", [](Radio &self) {
            py::gil_scoped_release release;
            return py::bytes(self.receive()); // expect: gilray-detached-api-call
        });
}
