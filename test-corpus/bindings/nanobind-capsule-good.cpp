// corpus: check=* py=3.10..3.14 needs=nanobind std=c++17 gilray="--checks=*,-gilray-binding-declaration"
#include <nanobind/nanobind.h>
namespace nb = nanobind;

void fill(double *values, size_t count);

static nb::object zeros(size_t count)
{
    double *values = new double[count];
    {
        nb::gil_scoped_release released;
        fill(values, count);
    }
    return nb::capsule(values, [](void *p) noexcept { delete[] static_cast<double *>(p); }); // ok: gilray-*
}

struct Stream {
    bool open = true;
    void close()
    {
        nb::gil_scoped_release released;
        open = false; // ok: gilray-*  a C++ object
    }
};

NB_MODULE(arrays, m)
{
    m.def("zeros", &zeros);
    nb::class_<Stream>(m, "Stream")
        .def("close", &Stream::close)
        .def("__enter__", [](nb::object self) { return self; }) // ok: gilray-*
        .def("__exit__", [](Stream &self, nb::handle, nb::handle, nb::handle) { self.close(); }, nb::arg().none(),
             nb::arg().none(), nb::arg().none());
}
