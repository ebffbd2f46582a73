// corpus: check=gilray-unattached-callback py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// The task of std::async captured an owner by move and by value; it dies with the task.
#include <future>
#include <pybind11/pybind11.h>
namespace py = pybind11;

class Renderer {
    std::future<void> pending_;
public:
    void start(py::function done)
    {
        pending_ = std::async(std::launch::async, [done = std::move(done)] { // expect: gilray-unattached-callback
            py::gil_scoped_acquire attached;
            done();
        });
    }
};

PYBIND11_MODULE(render, m)
{
    py::class_<Renderer>(m, "Renderer").def("start", &Renderer::start);
}
