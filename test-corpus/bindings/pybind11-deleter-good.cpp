// corpus: check=* py=3.9..3.14 needs=pybind11 std=c++17 gilray="--checks=*,-gilray-binding-declaration"
// Owners of Python objects that any thread may destroy: the deleter attaches.
#include <memory>
#include <pybind11/pybind11.h>
#include <thread>
namespace py = pybind11;

struct AttachedDelete {
    void operator()(py::object *object) const
    {
        py::gil_scoped_acquire attached;
        delete object; // ok: gilray-*
    }
};
using Shared = std::shared_ptr<py::object>;

static Shared share(py::object object) { return Shared(new py::object(std::move(object)), AttachedDelete()); }

class Feed {
    std::unique_ptr<py::object, AttachedDelete> sink_;
    Shared log_;
public:
    Feed(py::object sink, py::object log) : sink_(new py::object(std::move(sink))), log_(share(std::move(log))) {}
    void push(double value)
    {
        py::gil_scoped_acquire attached;
        (*sink_)(value);
    }
    void drop()
    {
        py::gil_scoped_release released;
        sink_.reset(); // ok: gilray-*
        log_ = nullptr; // ok: gilray-*
    }
};

static void feed_later(Feed &feed, py::object done)
{
    Shared kept = share(std::move(done));
    std::thread([&feed, kept] {
        feed.push(1.0);
        py::gil_scoped_acquire attached;
        (*kept)(); // ok: gilray-*
    }).detach();
}

PYBIND11_MODULE(feeds, m)
{
    py::class_<Feed>(m, "Feed").def(py::init<py::object, py::object>()).def("drop", &Feed::drop);
    m.def("feed_later", &feed_later);
}
