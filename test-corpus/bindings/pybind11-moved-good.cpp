// corpus: check=* py=3.9..3.14 needs=pybind11 std=c++17 gilray="--checks=*,-gilray-binding-declaration"
// Moving counts no reference, and what was moved from owns nothing.
#include <pybind11/pybind11.h>
#include <utility>
namespace py = pybind11;

void post(int code);

struct Slot {
    py::object value;
};

static py::object exchange_slot(Slot &slot, py::object value)
{
    py::object old;
    {
        py::gil_scoped_release released;
        post(1);
        std::swap(old, slot.value);      // ok: gilray-*
        slot.value = std::move(value);   // ok: gilray-*
        post(2);
    }
    return old;
}

static PyObject *hand_over(py::object value)
{
    py::object mine = std::move(value);
    py::gil_scoped_release released;
    post(3);
    return mine.release().ptr(); // ok: gilray-*
}

static py::object passes(py::object value)
{
    py::gil_scoped_release released;
    post(4);
    return value; // ok: gilray-*  moved into the result
}

PYBIND11_MODULE(slots, m)
{
    py::class_<Slot>(m, "Slot").def("exchange", &exchange_slot);
    m.def("hand_over", [](py::object o) { return py::reinterpret_steal<py::object>(hand_over(std::move(o))); });
    m.def("passes", &passes);
}
