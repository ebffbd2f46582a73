// corpus: check=* py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// A requested buffer stays where it is; its fields are C++ data.
#include <pybind11/pybind11.h>
#include <vector>
namespace py = pybind11;

long sum(const void *data, long size);

struct Image {
    std::vector<float> pixels;
    py::ssize_t width, height;
};

static long checksum(py::buffer data)
{
    py::buffer_info info = data.request();
    py::gil_scoped_release released;
    return sum(info.ptr, long(info.size)); // ok: gilray-*
}

PYBIND11_MODULE(sums, m)
{
    m.def("checksum", &checksum);
    py::class_<Image>(m, "Image", py::buffer_protocol()).def_buffer([](Image &image) {
        return py::buffer_info(image.pixels.data(), sizeof(float), py::format_descriptor<float>::format(), 2,
                               {image.height, image.width}, {py::ssize_t(sizeof(float)) * image.width, py::ssize_t(sizeof(float))}); // ok: gilray-*
    });
}
