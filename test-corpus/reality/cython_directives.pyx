# reality: Cython (3.x) with both directives. That about interpreters has no effect until the C file is compiled with
# CYTHON_USE_MODULE_STATE
# needs: cython
# only: py>=3.14
# only: nogil
# cython: freethreading_compatible=True, subinterpreters_compatible=own_gil
#
#   main                          ok
#   main         nogil            ok, keeps the GIL off
#   legacy                        ImportError "Interpreter change detected - this module can only be loaded into one interpreter per process."
#   checked                       ImportError "Interpreter change detected - this module can only be loaded into one interpreter per process."
#   own-gil                       ImportError "module cython_directives does not support loading in subinterpreters"

answer = 42
