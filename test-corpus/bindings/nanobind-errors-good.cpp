// corpus: check=* py=3.10..3.14 needs=nanobind std=c++17 gilray="--checks=*,-gilray-binding-declaration"
#include <nanobind/nanobind.h>
#include <stdexcept>
namespace nb = nanobind;

int connect_to(const char *host);

static void dial(const char *host, nb::callable on_error)
{
    try {
        nb::gil_scoped_release released;
        if (connect_to(host) < 0)
            throw std::runtime_error("no such host");
    } catch (const std::exception &error) {
        on_error(error.what()); // ok: gilray-*  attached again
    }
}

static int dial_in_turn(nb::callable next)
{
    nb::gil_scoped_release released;
    for (;;) {
        nb::gil_scoped_acquire attached;
        try {
            nb::object host = next(); // ok: gilray-*
            if (host.is_none())
                return 0;
        } catch (nb::python_error &error) {
            error.discard_as_unraisable("dial_in_turn"); // ok: gilray-*
            return -1;
        }
    }
}

NB_MODULE(phones, m)
{
    m.def("dial", &dial);
    m.def("dial_in_turn", &dial_in_turn);
}
