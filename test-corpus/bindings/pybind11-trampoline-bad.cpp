// corpus: check=gilray-unattached-callback py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// A trampoline that looks the override up itself, and a thread that calls it.
#include <pybind11/pybind11.h>
#include <thread>
namespace py = pybind11;

struct Listener {
    virtual ~Listener() = default;
    virtual void heard(int level) = 0;
};

struct PyListener : Listener {
    void heard(int level) override
    {
        py::function method = py::get_override(this, "heard"); // expect: gilray-unattached-callback
        if (method)
            method(level);
    }
};

static void listen(Listener *listener)
{
    std::thread([listener] { listener->heard(1); }).detach();
}

PYBIND11_MODULE(audio, m)
{
    py::class_<Listener, PyListener>(m, "Listener").def(py::init<>()).def("heard", &Listener::heard);
    m.def("listen", &listen);
}
