// corpus: check=* needs=nanobind std=c++17 py=3.13..3.14 variants=gil
// A build with a GIL does not show how the free-threaded one is made.
#include <nanobind/nanobind.h>

static int twice(int n) { return 2 * n; }

NB_MODULE(scale, m) // ok: gilray-binding-declaration
{
    m.def("twice", &twice);
}
