// corpus: check=* py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// A method with a call guard that calls Python back now and then: attached for the call, and all of Python dies there.
#include <pybind11/pybind11.h>
#include <vector>
namespace py = pybind11;

double step(std::vector<double> &grid);

static int solve(std::vector<double> grid, const py::object &progress, int rounds)
{
    for (int round = 0; round < rounds; ++round) {
        double error = step(grid);
        if (round % 100 == 0) {
            py::gil_scoped_acquire attached;
            if (!progress.is_none()) // ok: gilray-*
                progress(round, error);
            if (PyErr_CheckSignals() != 0) // ok: gilray-*
                throw py::error_already_set();
        }
        if (error < 1e-9)
            return round;
    }
    return rounds;
} // ok: gilray-*  the caller owns what it passed

PYBIND11_MODULE(solvers, m)
{
    m.def("solve",
          [](int cells, const py::object &progress, int rounds) {
              return solve(std::vector<double>(cells), progress, rounds); // ok: gilray-*
          },
          py::call_guard<py::gil_scoped_release>());
}
