// corpus: check=* py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// C++ exceptions unwind through a released scope: the guard attaches before Python's exception is made.
#include <pybind11/pybind11.h>
#include <stdexcept>
#include <string>
#include <vector>
namespace py = pybind11;

struct ParseError : std::runtime_error {
    using std::runtime_error::runtime_error;
};
std::vector<int> parse(const std::string &text);

static py::list parse_list(const std::string &text)
{
    py::list out;
    std::vector<int> numbers;
    try {
        py::gil_scoped_release released;
        numbers = parse(text);
        if (numbers.empty())
            throw ParseError("nothing to parse");
    } catch (const ParseError &error) {
        PyErr_SetString(PyExc_ValueError, error.what()); // ok: gilray-*  the guard is gone by now
        throw py::error_already_set();
    }
    for (int number : numbers)
        out.append(number);
    return out; // ok: gilray-*
}

static void parse_all(py::list texts)
{
    std::vector<std::string> copies;
    for (py::handle text : texts)
        copies.push_back(text.cast<std::string>());
    py::gil_scoped_release released;
    for (const std::string &copy : copies)
        if (parse(copy).size() > 100)
            throw std::length_error("too many numbers"); // ok: gilray-*
}

PYBIND11_MODULE(parsers, m)
{
    m.def("parse_list", &parse_list);
    m.def("parse_all", &parse_all);
    py::register_exception<ParseError>(m, "ParseError");
}
