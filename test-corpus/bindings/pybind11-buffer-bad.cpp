// corpus: check=gilray-detached-api-call py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// request() asks the object for its buffer, and the description gives the buffer back when it dies.
#include <pybind11/pybind11.h>
namespace py = pybind11;

long sum(const void *data, long size);

static long checksum(py::buffer data)
{
    py::gil_scoped_release released;
    py::buffer_info info = data.request(); // expect: gilray-detached-api-call
    return sum(info.ptr, long(info.size));
}

static long checksum_scoped(py::buffer data)
{
    long total = 0;
    {
        py::gil_scoped_release released;
        py::buffer_info view;
        {
            py::gil_scoped_acquire attached;
            view = data.request();
        }
        total = sum(view.ptr, long(view.size));
    } // expect: gilray-detached-api-call
    return total;
}

PYBIND11_MODULE(sums, m)
{
    m.def("checksum", &checksum);
    m.def("checksum_scoped", &checksum_scoped);
}
