// corpus: check=gilray-detached-api-call py=3.9..3.14 needs=pybind11 std=c++17 gilray="--checks=*,-gilray-binding-declaration"
// A guard in an optional or behind a unique_ptr releases where it is made.
#include <memory>
#include <optional>
#include <pybind11/pybind11.h>
namespace py = pybind11;

int decode(const char *name);

static int with_optional(const char *name, py::function done)
{
    std::optional<py::gil_scoped_release> released;
    released.emplace();
    int frames = decode(name);
    done(frames); // expect: gilray-detached-api-call
    return frames;
}

static int with_pointer(const char *name, py::function done)
{
    auto released = std::make_unique<py::gil_scoped_release>();
    int frames = decode(name);
    done(frames); // expect: gilray-detached-api-call
    released.reset();
    return frames;
}

PYBIND11_MODULE(decoder, m)
{
    m.def("with_optional", &with_optional);
    m.def("with_pointer", &with_pointer);
}
