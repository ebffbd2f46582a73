// corpus: check=* py=3.9..3.14 needs=pybind11 std=c++17 gilray="--checks=*,-gilray-binding-declaration"
// Handlers that attach, handlers that are only called attached, and two signals of which one is a thread's.
#include <functional>
#include <map>
#include <pybind11/pybind11.h>
#include <string>
#include <thread>
#include <vector>
namespace py = pybind11;

class Event {
    std::vector<std::function<void(int)>> handlers_;
public:
    void add(std::function<void(int)> handler) { handlers_.push_back(std::move(handler)); }
    void fire(int value)
    {
        for (auto &handler : handlers_)
            handler(value);
    }
};

class Camera {
    Event frame_, closed_;
    std::function<void()> before_;
    std::map<std::string, std::function<void(int)>> filters_;
    std::thread grabber_;
public:
    void on_close(py::object &log)
    {
        closed_.add([&log](int) { log.attr("info")("closed"); }); // ok: gilray-*  only close() fires it
    }
    void on_frame(py::object &log)
    {
        frame_.add([&log](int frame) {
            py::gil_scoped_acquire attached;
            log.attr("debug")(frame); // ok: gilray-*
        });
    }
    void start()
    {
        before_ = [] { PyErr_CheckSignals(); }; // ok: gilray-*
        before_();
        filters_["flip"] = [](int) { };
        grabber_ = std::thread([this] {
            frame_.fire(1);
            filters_.at("flip")(1); // ok: gilray-*
        });
    }
    void close()
    {
        {
            py::gil_scoped_release released;
            grabber_.join();
        }
        closed_.fire(0);
    }
};

PYBIND11_MODULE(cameras, m)
{
    py::class_<Camera>(m, "Camera").def(py::init<>()).def("start", &Camera::start).def("close", &Camera::close)
        .def("on_close", &Camera::on_close).def("on_frame", &Camera::on_frame);
}
