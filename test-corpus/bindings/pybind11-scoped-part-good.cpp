// corpus: check=* py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// NumPy arrays: pointers and shapes are taken before the release, results are made after it.
#include <cstring>
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
namespace py = pybind11;

void blur(const double *in, double *out, py::ssize_t rows, py::ssize_t columns);

static py::array_t<double> smooth(py::array_t<double, py::array::c_style | py::array::forcecast> image)
{
    auto result = py::array_t<double>({image.shape(0), image.shape(1)});
    const double *in = image.data();
    double *out = result.mutable_data();
    py::ssize_t rows = image.shape(0), columns = image.shape(1);
    {
        py::gil_scoped_release released;
        blur(in, out, rows, columns); // ok: gilray-*
    }
    return result;
}

static double trace(const py::array_t<double> &matrix)
{
    auto view = matrix.unchecked<2>();
    double sum = 0;
    py::gil_scoped_release released;
    for (py::ssize_t i = 0; i < view.shape(0); ++i)
        sum += view(i, i); // ok: gilray-*  a view is plain data
    return sum;
}

PYBIND11_MODULE(images, m)
{
    m.def("smooth", &smooth);
    m.def("trace", &trace);
}
