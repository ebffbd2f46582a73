// corpus: check=gilray-unattached-callback py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// Slots of a home-made signal are called, and destroyed, by the thread that emits.
#include <functional>
#include <pybind11/pybind11.h>
#include <thread>
#include <vector>
namespace py = pybind11;

class Signal {
    std::vector<std::function<void(int)>> slots_;
public:
    void connect(std::function<void(int)> slot) { slots_.push_back(std::move(slot)); }
    void emit(int value)
    {
        for (auto &slot : slots_)
            slot(value);
    }
};

class Thermometer {
    Signal changed_;
    std::thread reader_;
public:
    void on_change(py::function handler)
    {
        changed_.connect([handler](int value) { handler(value); }); // expect: gilray-unattached-callback
    }
    void start()
    {
        reader_ = std::thread([this] { changed_.emit(20); });
    }
};

PYBIND11_MODULE(thermometers, m)
{
    py::class_<Thermometer>(m, "Thermometer").def("on_change", &Thermometer::on_change).def("start", &Thermometer::start);
}
