// corpus: check=* needs=pybind11>=3 py=3.12..3.14
// Tags for both questions, in any order.
#include <pybind11/pybind11.h>

namespace py = pybind11;

static int twice(int n) { return 2 * n; }

PYBIND11_MODULE(scale, m, py::multiple_interpreters::not_supported(), py::mod_gil_used()) // ok: gilray-binding-declaration
{
    m.def("twice", &twice);
}

PYBIND11_MODULE(ruler, m, py::mod_gil_not_used(), py::multiple_interpreters::per_interpreter_gil()) // ok: gilray-binding-declaration
{
    m.def("twice", &twice);
}
