// corpus: check=* py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// The slot attaches for its call, and the signal's slots are destroyed by their owner, attached.
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
        changed_.connect([handler](int value) { // ok: gilray-*
            py::gil_scoped_acquire attached;
            handler(value);
        });
    }
    void start()
    {
        reader_ = std::thread([this] { changed_.emit(20); }); // ok: gilray-*
    }
    ~Thermometer()
    {
        py::gil_scoped_release released;
        if (reader_.joinable())
            reader_.join();
    }
};

PYBIND11_MODULE(thermometers, m)
{
    py::class_<Thermometer>(m, "Thermometer").def("on_change", &Thermometer::on_change).def("start", &Thermometer::start);
}
