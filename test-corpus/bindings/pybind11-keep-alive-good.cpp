// corpus: check=* py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// Iterators that keep their container alive, and views whose memory is asked for before the release.
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <vector>
namespace py = pybind11;

double total(const double *from, size_t count);

class Series {
    std::vector<double> values_;
public:
    explicit Series(std::vector<double> values) : values_(std::move(values)) {}
    std::vector<double>::iterator begin() { return values_.begin(); }
    std::vector<double>::iterator end() { return values_.end(); }
    double sum() const { return total(values_.data(), values_.size()); }
};

static double sum_buffer(py::buffer data)
{
    py::buffer_info info = data.request();
    auto *from = static_cast<const double *>(info.ptr);
    size_t count = size_t(info.size);
    py::gil_scoped_release released;
    return total(from, count); // ok: gilray-*
} // ok: gilray-*  the guard dies before the view

static double sum_array(py::array_t<double, py::array::c_style | py::array::forcecast> data)
{
    auto view = data.unchecked<1>();
    double out = 0;
    py::gil_scoped_release released;
    for (py::ssize_t i = 0; i < view.shape(0); ++i) // ok: gilray-*  a view is plain C++
        out += view(i);
    return out;
}

PYBIND11_MODULE(series, m)
{
    py::class_<Series>(m, "Series")
        .def(py::init<std::vector<double>>())
        .def("__iter__", [](Series &self) { return py::make_iterator(self.begin(), self.end()); }, py::keep_alive<0, 1>()) // ok: gilray-*
        .def("sum", &Series::sum, py::call_guard<py::gil_scoped_release>()); // ok: gilray-*
    m.def("sum_buffer", &sum_buffer);
    m.def("sum_array", &sum_array);
}
