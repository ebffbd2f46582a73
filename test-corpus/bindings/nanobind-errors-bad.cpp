// corpus: check=gilray-detached-api-call py=3.10..3.14 needs=nanobind std=c++17 gilray="--checks=*,-gilray-binding-declaration"
// python_error takes the pending exception; nanobind's other exceptions hold text.
#include <nanobind/nanobind.h>
namespace nb = nanobind;

int connect_to(const char *host);

static void dial(const char *host)
{
    nb::gil_scoped_release released;
    if (connect_to(host) < 0)
        throw nb::python_error(); // expect: gilray-detached-api-call
}

static void dial_checked(const char *host)
{
    nb::gil_scoped_release released;
    if (connect_to(host) < 0)
        throw nb::value_error("no such host"); // ok: gilray-detached-api-call
}

static void dial_loudly(const char *host, nb::callable on_error)
{
    nb::gil_scoped_release released;
    try {
        if (connect_to(host) < 0)
            throw nb::value_error("no such host");
    } catch (const nb::builtin_exception &error) {
        on_error(error.what()); // expect: gilray-detached-api-call
    }
}

NB_MODULE(phones, m)
{
    m.def("dial", &dial);
    m.def("dial_checked", &dial_checked);
    m.def("dial_loudly", &dial_loudly);
}
