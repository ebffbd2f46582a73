// corpus: check=* py=3.10..3.14 needs=nanobind std=c++17 gilray="--checks=*,-gilray-binding-declaration"
// An ndarray is a view with its own count: reading it needs no Python, and it gives itself back attached.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
namespace nb = nanobind;

static double sum(nb::ndarray<double, nb::ndim<1>> values)
{
    nb::gil_scoped_release released;
    double total = 0;
    for (size_t i = 0; i < values.shape(0); ++i)
        total += values(i); // ok: gilray-*
    return total;
}

static double first(nb::ndarray<double, nb::ndim<1>> values)
{
    nb::gil_scoped_release released;
    nb::ndarray<double, nb::ndim<1>> second = values; // ok: gilray-*
    return second(0);
}

NB_MODULE(sums, m)
{
    m.def("sum", &sum);
    m.def("first", &first);
}
