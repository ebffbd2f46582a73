// corpus: check=* py=3.9..3.14 needs=pybind11 std=c++17 gilray="--checks=*,-gilray-binding-declaration"
// The future is waited for detached, and its result becomes an object once the thread is attached again.
#include <future>
#include <pybind11/pybind11.h>
#include <string>
#include <vector>
namespace py = pybind11;

std::vector<double> load_column(const std::string &path, int column);

static py::list load(const std::string &path)
{
    std::vector<std::future<std::vector<double>>> parts;
    std::vector<double> all;
    {
        py::gil_scoped_release released;
        for (int column = 0; column < 4; ++column)
            parts.push_back(std::async(std::launch::async, [&path, column] { return load_column(path, column); }));
        for (auto &part : parts)
            for (double value : part.get()) // ok: gilray-*
                all.push_back(value);
        parts.clear();
    }
    py::list out;
    for (double value : all)
        out.append(value); // ok: gilray-*
    return out;
}

PYBIND11_MODULE(columns, m)
{
    m.def("load", &load);
}
