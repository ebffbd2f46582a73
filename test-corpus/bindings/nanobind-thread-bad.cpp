// corpus: check=gilray-unattached-callback py=3.10..3.14 needs=nanobind std=c++17 gilray="--checks=*,-gilray-binding-declaration"
// A callable that a thread captured: used, and destroyed, without a thread state.
#include <nanobind/nanobind.h>
#include <thread>
namespace nb = nanobind;

static void once(nb::callable callback)
{
    std::thread([callback = std::move(callback)] { // expect: gilray-unattached-callback
        nb::gil_scoped_acquire attached;
        callback(1);
    }).detach();
}

static void report(int level)
{
    nb::print(nb::int_(level)); // expect: gilray-unattached-callback
}

static void watch() { std::thread(report, 3).detach(); }

NB_MODULE(watches, m)
{
    m.def("once", &once);
    m.def("watch", &watch);
}
