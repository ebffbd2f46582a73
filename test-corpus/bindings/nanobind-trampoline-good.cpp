// corpus: check=* py=3.10..3.14 needs=nanobind std=c++17 gilray="--checks=*,-gilray-binding-declaration"
// NB_OVERRIDE attaches by itself.
#include <nanobind/nanobind.h>
#include <nanobind/trampoline.h>
#include <thread>
namespace nb = nanobind;

struct Sink {
    virtual ~Sink() = default;
    virtual void write(int byte) = 0;
    virtual int flush() { return 0; }
};

struct PySink : Sink {
    NB_TRAMPOLINE(Sink, 2);
    void write(int byte) override { NB_OVERRIDE_PURE(write, byte); } // ok: gilray-*
    int flush() override { NB_OVERRIDE(flush); }                     // ok: gilray-*
};

static void pump(Sink *sink)
{
    std::thread([sink] { // ok: gilray-*
        sink->write(1);
        sink->flush();
    }).detach();
}

NB_MODULE(sinks, m)
{
    nb::class_<Sink, PySink>(m, "Sink").def(nb::init<>()).def("write", &Sink::write).def("flush", &Sink::flush);
    m.def("pump", &pump);
}
