// corpus: check=* py=3.9..3.14 needs=pybind11 std=c++20 gilray="--checks=*,-gilray-binding-declaration"
// What a coroutine does between its suspensions is not judged, and said not to be.
#include <coroutine>
#include <pybind11/pybind11.h>
namespace py = pybind11;

struct Job {
    struct promise_type {
        Job get_return_object() { return {}; }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_void() {}
        void unhandled_exception() {}
    };
};
struct Ready {
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<>) const noexcept {}
    void await_resume() const noexcept {}
};

static Job report(py::object log) // expect-incomplete: "coroutine"
{
    {
        py::gil_scoped_release released;
        co_await Ready();
    }
    log("ready"); // ok: gilray-*
}

PYBIND11_MODULE(jobs, m)
{
    m.def("report", [](py::object log) { report(log); });
}
