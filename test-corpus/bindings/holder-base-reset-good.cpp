// corpus: check=* py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// release() belongs to the base class: it empties the object of the derived class.
#include <pybind11/pybind11.h>
namespace py = pybind11;

void wait_for(int port);

static py::object call_later(py::function callback)
{
    PyObject *kept = callback.release().ptr();
    {
        py::gil_scoped_release released;
        wait_for(1);
    }
    return py::reinterpret_steal<py::object>(kept);
}

struct Slot {
    py::function handler;
    ~Slot()
    {
        py::gil_scoped_acquire attached;
        py::handle(handler.release()).dec_ref(); // ok: gilray-*
    } // ok: gilray-*  the member is empty
};

static void drop(Slot *slot)
{
    py::gil_scoped_release released;
    delete slot;
}

PYBIND11_MODULE(slots, m)
{
    m.def("call_later", &call_later);
    m.def("drop", [](py::function handler) { drop(new Slot{handler}); });
}
