// corpus: check=* py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
#include <pybind11/pybind11.h>
#include <string>
namespace py = pybind11;

std::string read_all(const std::string &path);

struct Config {
    std::string text;
    explicit Config(std::string t) : text(std::move(t)) {}
    static Config from_file(const std::string &path) { return Config(read_all(path)); }
};

PYBIND11_MODULE(configs, m)
{
    py::class_<Config>(m, "Config")
        .def(py::init(&Config::from_file), py::call_guard<py::gil_scoped_release>()) // ok: gilray-*
        .def(py::init([](py::dict values) {
            std::string path = values["path"].cast<std::string>();
            py::gil_scoped_release released;
            return Config(read_all(path)); // ok: gilray-*
        }))
        .def(py::pickle([](const Config &config) { return py::make_tuple(config.text); },
                        [](py::tuple state) { return Config(state[0].cast<std::string>()); }));
    py::implicitly_convertible<py::str, Config>();
    py::register_exception_translator([](std::exception_ptr error) {
        try {
            if (error)
                std::rethrow_exception(error);
        } catch (const std::string &text) {
            PyErr_SetString(PyExc_RuntimeError, text.c_str()); // ok: gilray-*  translators run attached
        }
    });
}
