// corpus: check=* py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// What is declared before the guard dies after it; what is emptied while attached has nothing left to give back.
#include <pybind11/pybind11.h>
#include <vector>
namespace py = pybind11;

int next_packet();

static int collect(py::function on_packet)
{
    py::object last;
    int total = 0;
    py::gil_scoped_release released;
    while (int packet = next_packet()) {
        py::gil_scoped_acquire attached;
        last = on_packet(packet);
        total += packet;
    }
    return total; // ok: gilray-*  last dies after the guard
}

static int gather(py::function on_packet)
{
    std::vector<py::object> results;
    py::gil_scoped_release released;
    while (int packet = next_packet()) {
        py::gil_scoped_acquire attached;
        results.push_back(on_packet(packet));
    }
    return int(results.size()); // ok: gilray-*  results dies after the guard
}

static void quick(py::function on_packet)
{
    py::gil_scoped_release released;
    py::object unused; // ok: gilray-*  owns nothing
    next_packet();
}

PYBIND11_MODULE(packets, m)
{
    m.def("collect", &collect);
    m.def("gather", &gather);
    m.def("quick", &quick);
}
