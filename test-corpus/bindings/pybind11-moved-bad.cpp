// corpus: check=gilray-detached-api-call py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// Assigning over an owner gives its old object back; returning a member copies it.
#include <pybind11/pybind11.h>
namespace py = pybind11;

void post(int code);

struct Slot {
    py::object value;
    py::object get() const
    {
        py::gil_scoped_release released;
        post(1);
        return value; // expect: gilray-detached-api-call
    }
    void set(const py::object &next)
    {
        py::gil_scoped_release released;
        post(2);
        value = next; // expect: gilray-detached-api-call
    }
};

PYBIND11_MODULE(slots, m)
{
    py::class_<Slot>(m, "Slot").def("get", &Slot::get).def("set", &Slot::set);
}
