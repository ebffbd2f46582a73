// corpus: check=gilray-detached-api-call py=3.10..3.14 needs=nanobind std=c++17 gilray="--checks=*,-gilray-binding-declaration"
#include <nanobind/nanobind.h>
namespace nb = nanobind;

void settle(int ms);

static void tick(nb::object target)
{
    nb::gil_scoped_release release;
    settle(5);
    target.attr("tick")(); // expect: gilray-detached-api-call
}

static void tick_well(nb::object target)
{
    {
        nb::gil_scoped_release release;
        settle(5);
    }
    target.attr("tick")(); // ok: gilray-detached-api-call  the guard's scope has ended
}

NB_MODULE(clockwork, m)
{
    m.def("tick", &tick);
    m.def("tick_well", &tick_well);
    m.def("settle", &settle, nb::call_guard<nb::gil_scoped_release>()); // ok: gilray-detached-api-call  no Python in it
}
