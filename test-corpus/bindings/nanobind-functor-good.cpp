// corpus: check=* py=3.10..3.14 needs=nanobind std=c++17 gilray="--checks=*,-gilray-binding-declaration"
// A functor owns a callable: it attaches to call it, to copy it and to let it go.
#include <nanobind/nanobind.h>
#include <thread>
#include <utility>
namespace nb = nanobind;

int wait_for_event(int device);

class Notify {
    nb::callable target_;
public:
    explicit Notify(nb::callable target) : target_(std::move(target)) {}
    Notify(Notify &&other) noexcept : target_(std::move(other.target_)) {}
    Notify(const Notify &other)
    {
        nb::gil_scoped_acquire attached;
        target_ = other.target_; // ok: gilray-*
    }
    ~Notify()
    {
        nb::gil_scoped_acquire attached;
        target_.reset(); // ok: gilray-*
    }
    void operator()(int event) const
    {
        nb::gil_scoped_acquire attached;
        target_(event); // ok: gilray-*
    }
};

static void watch(int device, nb::callable target)
{
    auto *notify = new Notify(std::move(target));
    std::thread([device, notify] {
        for (int event = wait_for_event(device); event >= 0; event = wait_for_event(device))
            (*notify)(event); // ok: gilray-*
        delete notify;
    }).detach();
}

NB_MODULE(watching, m)
{
    m.def("watch", &watch);
}
