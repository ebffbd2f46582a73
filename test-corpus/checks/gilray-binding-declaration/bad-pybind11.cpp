// corpus: check=gilray-binding-declaration needs=pybind11 py=3.12..3.14
// Two modules that say nothing, and little.
#include <pybind11/pybind11.h>

namespace py = pybind11;

static int twice(int n) { return 2 * n; }

// expect(py<3.13)@+2: gilray-binding-declaration "does not declare which interpreters"
// expect(py>=3.13)@+1: gilray-binding-declaration "neither whether it needs the GIL nor which interpreters"
PYBIND11_MODULE(scale, m)
{
    m.def("twice", &twice);
}

PYBIND11_MODULE(ruler, m, py::mod_gil_not_used()) // expect: gilray-binding-declaration "does not declare which interpreters"
{
    m.def("twice", &twice);
}
