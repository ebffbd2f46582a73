// corpus: check=gilray-detached-api-call py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// Constructors, factories, pickling and implicit conversions are called from Python.
#include <pybind11/pybind11.h>
#include <string>
namespace py = pybind11;

std::string read_all(const std::string &path);

struct Config {
    std::string text;
    explicit Config(std::string t) : text(std::move(t)) {}
    explicit Config(const py::dict &values)
    {
        text = values.attr("get")("text").cast<std::string>(); // expect: gilray-detached-api-call
    }
};

struct Path {
    std::string name;
};

PYBIND11_MODULE(configs, m)
{
    py::class_<Path>(m, "Path").def(py::init([](py::object any) {
        py::gil_scoped_release released;
        return Path{py::str(any)}; // expect: gilray-detached-api-call
    }));
    py::class_<Config>(m, "Config")
        .def(py::init<const py::dict &>(), py::call_guard<py::gil_scoped_release>())
        .def(py::init([](const std::string &path) {
            py::gil_scoped_release released;
            return Config(read_all(path)); // ok: gilray-detached-api-call
        }))
        .def(py::pickle(
            [](const Config &config) {
                py::gil_scoped_release released;
                return py::make_tuple(config.text); // expect: gilray-detached-api-call
            },
            [](py::tuple state) { return Config(state[0].cast<std::string>()); }));
    py::implicitly_convertible<py::dict, Config>();
}
