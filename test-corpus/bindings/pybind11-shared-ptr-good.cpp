// corpus: check=* py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// The structure destroys its owner attached, wherever that happens.
#include <memory>
#include <pybind11/pybind11.h>
#include <thread>
namespace py = pybind11;

class Job {
    py::object callback_;
public:
    explicit Job(py::object callback) : callback_(std::move(callback)) {}
    Job(const Job &) = delete;
    ~Job()
    {
        py::gil_scoped_acquire attached;
        callback_ = py::object(); // ok: gilray-*
    }
    void run(int number)
    {
        py::gil_scoped_acquire attached;
        callback_(number); // ok: gilray-*
    }
};

static void launch(py::object callback, int number)
{
    auto job = std::make_shared<Job>(std::move(callback));
    std::thread([job, number] { job->run(number); }).detach(); // ok: gilray-*
}

static void launch_joined(py::object callback)
{
    std::thread worker([&callback] { // ok: gilray-*  captured by reference
        py::gil_scoped_acquire attached;
        callback();
    });
    py::gil_scoped_release released;
    worker.join();
}

PYBIND11_MODULE(jobs, m)
{
    m.def("launch", &launch);
    m.def("launch_joined", &launch_joined);
}
