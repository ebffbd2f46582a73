// corpus: check=* needs=nanobind std=c++17 py=3.13..3.14 variants=nogil flags="-DNB_FREE_THREADED"
// FREE_THREADED in nanobind_add_module defines this macro.
#include <nanobind/nanobind.h>

static int twice(int n) { return 2 * n; }

NB_MODULE(scale, m) // ok: gilray-binding-declaration
{
    m.def("twice", &twice);
}
