// corpus: check=* py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// C++ exceptions that become Python ones are made of text only; the guard attaches before they reach pybind11.
#include <pybind11/pybind11.h>
#include <stdexcept>
namespace py = pybind11;

int seek(int frame);

static int jump_to(int frame)
{
    py::gil_scoped_release released;
    if (seek(frame) < 0)
        throw py::value_error("no such frame"); // ok: gilray-*  holds text, no object
    return frame;
}

static int find(py::object name)
{
    try {
        py::gil_scoped_release released;
        if (seek(0) < 0)
            throw std::runtime_error("closed");
    } catch (const std::runtime_error &error) {
        py::print(name, error.what()); // ok: gilray-*  unwinding has attached
        return -1;
    }
    return 0;
}

static int play(py::function on_frame)
{
    py::gil_scoped_release released;
    for (int frame = 0; seek(frame) >= 0; ++frame) {
        py::gil_scoped_acquire attached;
        try {
            on_frame(frame);
        } catch (py::error_already_set &error) {
            if (!error.matches(PyExc_StopIteration)) // ok: gilray-*  attached
                throw;
            return frame; // ok: gilray-*
        }
    }
    return -1;
}

PYBIND11_MODULE(film, m)
{
    m.def("jump_to", &jump_to);
    m.def("find", &find);
    m.def("play", &play);
}
