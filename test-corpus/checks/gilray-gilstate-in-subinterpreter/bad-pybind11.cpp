// corpus: check=gilray-gilstate-in-subinterpreter py=3.12..3.14 needs=pybind11>=3 gilray="--checks=gilray-gilstate-in-subinterpreter"
// The declaration is a tag of the binding macro.
#include <pybind11/pybind11.h>

namespace py = pybind11;

static void notify(py::object callback)
{
    PyGILState_STATE gil = PyGILState_Ensure(); // expect: gilray-gilstate-in-subinterpreter
    callback();
    PyGILState_Release(gil);
}

PYBIND11_MODULE(events, m, py::multiple_interpreters::per_interpreter_gil())
{
    m.def("notify", &notify);
}
