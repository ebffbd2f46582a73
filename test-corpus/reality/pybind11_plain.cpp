// reality: pybind11 (3.x) without tags: it declares "not supported"
// needs: pybind11
// only: py>=3.14
// only: nogil
//
//   main                          ok
//   main         nogil            ok, turns the GIL on
//   legacy                        ok
//   legacy       nogil            ImportError "module pybind11_plain does not support loading in subinterpreters"
//   checked                       ImportError "module pybind11_plain does not support loading in subinterpreters"
//   own-gil                       ImportError "does not support loading in subinterpreters"
#include <pybind11/pybind11.h>

PYBIND11_MODULE(pybind11_plain, m) { m.attr("answer") = 42; }
