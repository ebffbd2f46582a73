// corpus: check=gilray-unattached-callback py=3.9..3.14 needs=pybind11 std=c++17 gilray="--checks=*,-gilray-binding-declaration"
// The task attaches for its call, and dies on the worker after it has let go again.
#include <deque>
#include <functional>
#include <pybind11/pybind11.h>
#include <thread>
namespace py = pybind11;

class Spooler {
    std::deque<std::function<void()>> pages_;
    std::thread printer_;
    void print()
    {
        while (!pages_.empty()) {
            std::function<void()> page = std::move(pages_.front());
            pages_.pop_front();
            page();
        }
    }
public:
    void add(std::function<void()> page) { pages_.push_back(std::move(page)); }
    void start() { printer_ = std::thread(&Spooler::print, this); }
};

static void print_later(Spooler &spooler, py::object document)
{
    spooler.add([document] { // expect: gilray-unattached-callback "captures 'document'"
        py::gil_scoped_acquire attached;
        document.attr("render")(); // ok: gilray-*
    });
}

PYBIND11_MODULE(spoolers, m)
{
    py::class_<Spooler>(m, "Spooler").def("start", &Spooler::start);
    m.def("print_later", &print_later);
}
