// corpus: check=* py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// Right uses: acquire inside release, moved arguments, handles passed along, a stolen reference.
#include <pybind11/pybind11.h>
namespace py = pybind11;

void each_block(void (*on_block)(void *, int), void *context);

static void on_block(void *context, int n)
{
    py::gil_scoped_acquire acquire;
    py::object r = py::reinterpret_borrow<py::object>(static_cast<PyObject *>(context))(n); // ok: gilray-*  acquired
} // ok: gilray-*  r dies before the guard

static void blocks(const py::function &callback)
{
    PyObject *raw = callback.ptr();
    py::gil_scoped_release release;
    each_block(on_block, raw);
} // ok: gilray-detached-api-call  the argument belongs to the caller

PYBIND11_MODULE(blocks, m) { m.def("blocks", &blocks); }
