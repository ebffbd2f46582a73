// corpus: check=gilray-detached-api-call py=3.9..3.14 needs=pybind11 std=c++20 gilray="--checks=*,-gilray-binding-declaration"
// A coroutine that holds a guard while it is suspended: where it goes on is not known, and it is said so.
#include <coroutine>
#include <pybind11/pybind11.h>
namespace py = pybind11;

struct Task {
    struct promise_type {
        Task get_return_object() { return {}; }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_void() {}
        void unhandled_exception() {}
    };
};

void load(int page);

static Task fetch(int page) // expect-incomplete: "coroutine"
{
    py::gil_scoped_release released;
    load(page);
    co_await std::suspend_always();
    load(page + 1);
}

PYBIND11_MODULE(pages, m)
{
    m.def("fetch", [](int page) { fetch(page); });
    m.def("load", [](int page) { load(page); }); // ok: gilray-*
}
