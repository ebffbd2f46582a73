// corpus: check=gilray-detached-api-call py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// A function bound with call_guard<gil_scoped_release> is entered detached.
#include <pybind11/pybind11.h>
namespace py = pybind11;

long read_sensor(int channel);

static long read_plain(int channel) { return read_sensor(channel); } // ok: gilray-detached-api-call  no Python in it

static long read_checked(int channel)
{
    long value = read_sensor(channel);
    if (value < 0)
        PyErr_WarnEx(PyExc_RuntimeWarning, "no value", 1); // expect: gilray-detached-api-call "PyErr_WarnEx"
    return value;
}

PYBIND11_MODULE(sensor, m)
{
    m.def("read_plain", &read_plain, py::call_guard<py::gil_scoped_release>());
    m.def("read_checked", &read_checked, py::call_guard<py::gil_scoped_release>());
    m.def("read_locked", [](int channel) {
        PyErr_CheckSignals(); // ok: gilray-detached-api-call  bound without a guard
        return read_sensor(channel);
    });
}
