// corpus: check=* py=3.9..3.14 needs=pybind11 std=c++17 gilray="--checks=*,-gilray-binding-declaration"
// The worker empties the task while it is attached; a task that is put back is not destroyed.
#include <deque>
#include <functional>
#include <pybind11/pybind11.h>
#include <thread>
namespace py = pybind11;

bool paper_left();

class Spooler {
    std::deque<std::function<void()>> pages_, held_;
    std::thread printer_;
    void print()
    {
        while (!pages_.empty()) {
            std::function<void()> page = std::move(pages_.front());
            pages_.pop_front();
            py::gil_scoped_acquire attached;
            page();
            page = nullptr;
        }
    }
    void sort()
    {
        while (!held_.empty()) {
            std::function<void()> page = std::move(held_.front());
            if (paper_left())
                pages_.push_back(std::move(page));
        }
    }
public:
    void add(std::function<void()> page) { held_.push_back(std::move(page)); }
    void start()
    {
        printer_ = std::thread([this] {
            sort();
            print();
        });
    }
};

static void print_later(Spooler &spooler, py::object document)
{
    spooler.add([document] { // ok: gilray-*
        document.attr("render")();
    });
}

PYBIND11_MODULE(spoolers, m)
{
    py::class_<Spooler>(m, "Spooler").def("start", &Spooler::start);
    m.def("print_later", &print_later);
}
