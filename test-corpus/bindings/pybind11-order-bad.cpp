// corpus: check=gilray-detached-api-call py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// What is declared after the guard dies before it does: detached.
#include <pybind11/pybind11.h>
#include <vector>
namespace py = pybind11;

int next_packet();

static int collect(py::function on_packet)
{
    py::gil_scoped_release released;
    py::object last;
    int total = 0;
    while (int packet = next_packet()) {
        py::gil_scoped_acquire attached;
        last = on_packet(packet);
        total += packet;
    }
    return total; // expect: gilray-detached-api-call
}

static int gather(py::function on_packet)
{
    py::gil_scoped_release released;
    std::vector<py::object> results;
    while (int packet = next_packet()) {
        py::gil_scoped_acquire attached;
        results.push_back(on_packet(packet));
    }
    return int(results.size()); // expect: gilray-detached-api-call
}

PYBIND11_MODULE(packets, m)
{
    m.def("collect", &collect);
    m.def("gather", &gather);
}
