// corpus: check=gilray-double-detach py=3.9..3.14 needs=pybind11
// gil_scoped_release does not nest.
#include <pybind11/pybind11.h>
namespace py = pybind11;

int load(int page);

int load_all(int pages)
{
    py::gil_scoped_release outer;
    int sum = 0;
    for (int i = 0; i < pages; i++) {
        py::gil_scoped_release inner; // expect: gilray-double-detach
        sum += load(i);
    }
    return sum;
}

int load_locked(int pages)
{
    py::gil_scoped_release outer;
    py::gil_scoped_acquire acquire;
    PyErr_CheckSignals();
    py::gil_scoped_release inner; // ok: gilray-double-detach  attached in between
    return load(pages);
}
