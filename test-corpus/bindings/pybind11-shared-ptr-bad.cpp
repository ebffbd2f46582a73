// corpus: check=gilray-unattached-callback py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// A structure with an owner in it, shared with a thread: the thread may be the last to let go.
#include <memory>
#include <pybind11/pybind11.h>
#include <thread>
namespace py = pybind11;

struct Job {
    py::object callback;
    int number = 0;
};

static void launch(py::object callback, int number)
{
    Job job{callback, number};
    std::thread([job] { // expect: gilray-unattached-callback
        py::gil_scoped_acquire attached;
        job.callback(job.number);
    }).detach();
}

PYBIND11_MODULE(jobs, m) { m.def("launch", &launch); }
