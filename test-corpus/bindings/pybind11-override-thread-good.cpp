// corpus: check=* py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// A virtual function that Python overrides, called by a C++ thread: the macro attaches by itself.
#include <pybind11/pybind11.h>
#include <thread>
namespace py = pybind11;

class Listener {
public:
    virtual ~Listener() = default;
    virtual void on_sample(double value) = 0;
    virtual int priority() { return 0; }
};

class PyListener : public Listener {
public:
    void on_sample(double value) override
    {
        PYBIND11_OVERRIDE_PURE(void, Listener, on_sample, value); // ok: gilray-*
    }
    int priority() override { PYBIND11_OVERRIDE(int, Listener, priority, ); } // ok: gilray-*
};

class Recorder {
    Listener *listener_ = nullptr;
    std::thread thread_;
public:
    void listen(Listener *listener) { listener_ = listener; }
    void start()
    {
        thread_ = std::thread([this] {
            if (listener_->priority() > 0)
                listener_->on_sample(0.5); // ok: gilray-*
        });
    }
    void stop()
    {
        py::gil_scoped_release released;
        thread_.join();
    }
};

PYBIND11_MODULE(recorders, m)
{
    py::class_<Listener, PyListener>(m, "Listener").def(py::init<>()).def("on_sample", &Listener::on_sample);
    py::class_<Recorder>(m, "Recorder").def(py::init<>()).def("listen", &Recorder::listen, py::keep_alive<1, 2>())
        .def("start", &Recorder::start).def("stop", &Recorder::stop);
}
