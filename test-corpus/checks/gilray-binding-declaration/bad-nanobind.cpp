// corpus: check=gilray-binding-declaration needs=nanobind std=c++17 py=3.13..3.14 variants=nogil
// Built without CMake's FREE_THREADED.
#include <nanobind/nanobind.h>

static int twice(int n) { return 2 * n; }

NB_MODULE(scale, m) // expect: gilray-binding-declaration "FREE_THREADED"
{
    m.def("twice", &twice);
}
