// reality: pybind11 (3.x) with both tags
// needs: pybind11
// only: py>=3.14
// only: nogil
//
//   main                          ok
//   main         nogil            ok, keeps the GIL off
//   legacy                        ok
//   checked                       ok
//   own-gil                       ok
#include <pybind11/pybind11.h>

PYBIND11_MODULE(pybind11_declared, m, pybind11::mod_gil_not_used(), pybind11::multiple_interpreters::per_interpreter_gil()) {
  m.attr("answer") = 42;
}
