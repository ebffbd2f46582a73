// corpus: check=* py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// A handle owns nothing; whoever sets it keeps the object alive.
#include <pybind11/pybind11.h>
namespace py = pybind11;

static thread_local py::handle current_context; // ok: gilray-attach-after-finalize

struct Entered {
    py::object context;
    py::handle before;
    explicit Entered(py::object c) : context(std::move(c)), before(current_context) { current_context = context; }
    Entered(const Entered &) = delete;
    ~Entered() { current_context = before; }
};

PYBIND11_MODULE(contexts, m)
{
    m.def("run_in", [](py::object context, py::function body) {
        Entered entered(std::move(context));
        return body(); // ok: gilray-*
    });
}
