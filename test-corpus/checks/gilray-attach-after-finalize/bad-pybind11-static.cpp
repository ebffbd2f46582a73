// corpus: check=gilray-attach-after-finalize py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration,-gilray-static-object"
// A static py::object drops its reference at process exit.
#include <pybind11/pybind11.h>
namespace py = pybind11;

static py::object last; // expect: gilray-attach-after-finalize

static py::object &leaked()
{
    static py::object &kept = *new py::object(); // ok: gilray-attach-after-finalize  never destroyed
    return kept;
}

PYBIND11_MODULE(keeper, m)
{
    m.def("keep", [](py::object o) {
        last = o; // expect(nogil): gilray-unguarded-global "written by several threads at once"
        leaked() = o;
    });
}
