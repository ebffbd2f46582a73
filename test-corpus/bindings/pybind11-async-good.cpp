// corpus: check=* py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// The owner is moved out of the task while attached: what dies with the task is empty.
#include <future>
#include <pybind11/pybind11.h>
namespace py = pybind11;

class Renderer {
    std::future<void> pending_;
public:
    void start(py::function done)
    {
        pending_ = std::async(std::launch::async, [done = std::move(done)]() mutable { // ok: gilray-*
            py::gil_scoped_acquire attached;
            py::function mine = std::move(done);
            mine();
        });
    }
    void start_with_reset(py::object done)
    {
        pending_ = std::async(std::launch::async, [done]() mutable { // ok: gilray-*
            py::gil_scoped_acquire attached;
            done();
            done = py::object();
        });
    }
};

PYBIND11_MODULE(render, m)
{
    py::class_<Renderer>(m, "Renderer").def("start", &Renderer::start).def("start_with_reset", &Renderer::start_with_reset);
}
