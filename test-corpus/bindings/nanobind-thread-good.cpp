// corpus: check=* py=3.10..3.14 needs=nanobind std=c++17 gilray="--checks=*,-gilray-binding-declaration"
// The callable is handed over as a pointer, or lives in a structure that attaches to destroy it.
#include <nanobind/nanobind.h>
#include <thread>
namespace nb = nanobind;

static void once(nb::callable callback)
{
    PyObject *raw = callback.release().ptr();
    std::thread([raw] { // ok: gilray-*
        nb::gil_scoped_acquire attached;
        nb::steal<nb::callable>(raw)(1); // ok: gilray-*
    }).detach();
}

static void report(int level)
{
    nb::gil_scoped_acquire attached;
    nb::print(nb::int_(level)); // ok: gilray-*
}

static void watch() { std::thread(report, 3).detach(); } // ok: gilray-*

NB_MODULE(watches, m)
{
    m.def("once", &once);
    m.def("watch", &watch);
}
