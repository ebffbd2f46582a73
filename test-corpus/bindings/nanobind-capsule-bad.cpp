// corpus: check=gilray-detached-api-call py=3.10..3.14 needs=nanobind std=c++17 gilray="--checks=*,-gilray-binding-declaration"
// The result is made while detached: the capsule, the array that it owns, and the tuple around them.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
namespace nb = nanobind;

void fill(double *values, size_t count);

static nb::object zeros(size_t count)
{
    nb::gil_scoped_release released;
    double *values = new double[count];
    fill(values, count);
    nb::capsule owner(values, [](void *p) noexcept { delete[] static_cast<double *>(p); }); // expect: gilray-detached-api-call
    return owner;
}

static nb::tuple shape(nb::list rows)
{
    size_t height = 0;
    {
        nb::gil_scoped_release released;
        height = rows.size(); // expect: gilray-detached-api-call
    }
    return nb::make_tuple(height, 1);
}

NB_MODULE(arrays, m)
{
    m.def("zeros", &zeros);
    m.def("shape", &shape);
}
