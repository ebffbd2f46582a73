// corpus: check=* py=3.9..3.14 needs=pybind11 std=c++17 gilray="--checks=*,-gilray-binding-declaration"
// The guard lives in an optional, so that the thread may be attached before the scope ends; another is disarmed.
#include <optional>
#include <pybind11/pybind11.h>
#include <string>
namespace py = pybind11;

std::string read_block(int handle, bool &last);
void close_handle(int handle);

static py::bytes read_all(int handle)
{
    std::optional<py::gil_scoped_release> released;
    released.emplace();
    std::string all;
    for (bool last = false; !last;)
        all += read_block(handle, last);
    released.reset();
    py::bytes out(all); // ok: gilray-*
    released.emplace();
    close_handle(handle);
    released.reset();
    return out; // ok: gilray-*
}

static py::object read_if(int handle, bool threads)
{
    std::string text;
    bool last = false;
    {
        std::optional<py::gil_scoped_release> released;
        if (threads)
            released.emplace();
        text = read_block(handle, last);
    }
    if (!last)
        return py::none(); // ok: gilray-*
    return py::str(text);
}

PYBIND11_MODULE(blocks, m)
{
    m.def("read_all", &read_all);
    m.def("read_if", &read_if);
}
