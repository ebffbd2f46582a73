// corpus: check=* py=3.9..3.14 needs=pybind11 std=c++17 gilray="--checks=*,-gilray-binding-declaration"
// The guard ends with reset(), and an optional that is empty on this path never began.
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
    released.reset();
    done(frames); // ok: gilray-*  the guard was ended
    return frames;
}

static int with_pointer(const char *name, py::function done)
{
    auto released = std::make_unique<py::gil_scoped_release>();
    int frames = decode(name);
    released.reset();
    done(frames); // ok: gilray-*  the guard was ended
    return frames;
}

static int on_demand(const char *name, bool release, py::function done)
{
    int frames = 0;
    {
        std::optional<py::gil_scoped_release> released;
        if (release)
            released.emplace();
        frames = decode(name);
    }
    done(frames); // ok: gilray-*  the scope of the guard is over
    return frames;
}

PYBIND11_MODULE(decoder, m)
{
    m.def("with_optional", &with_optional);
    m.def("with_pointer", &with_pointer);
    m.def("on_demand", &on_demand);
}
