// corpus: check=* py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// PYBIND11_OVERRIDE attaches by itself: trampolines may be called from any thread.
#include <pybind11/pybind11.h>
#include <string>
#include <thread>
namespace py = pybind11;

struct Listener {
    virtual ~Listener() = default;
    virtual void heard(int level) = 0;
    virtual std::string name() const { return "listener"; }
};

struct PyListener : Listener {
    void heard(int level) override { PYBIND11_OVERRIDE_PURE(void, Listener, heard, level); } // ok: gilray-*
    std::string name() const override { PYBIND11_OVERRIDE(std::string, Listener, name, ); }  // ok: gilray-*
};

static void listen(Listener *listener)
{
    std::thread([listener] { // ok: gilray-*
        listener->heard(1);
        listener->name();
    }).detach();
}

static void listen_here(Listener &listener)
{
    py::gil_scoped_release released;
    listener.heard(2); // ok: gilray-*
}

PYBIND11_MODULE(audio, m)
{
    py::class_<Listener, PyListener>(m, "Listener").def(py::init<>()).def("heard", &Listener::heard);
    m.def("listen", &listen);
    m.def("listen_here", &listen_here);
}
