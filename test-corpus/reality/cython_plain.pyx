# reality: Cython (3.x) without directives: the module lives in one interpreter of the process, the first
# needs: cython
# only: py>=3.14
# only: nogil
#
#   main                          ok
#   main         nogil            ok, turns the GIL on
#   legacy                        ImportError "Interpreter change detected - this module can only be loaded into one interpreter per process."
#   checked                       ImportError "Interpreter change detected - this module can only be loaded into one interpreter per process."
#   own-gil                       ImportError "module cython_plain does not support loading in subinterpreters"

answer = 42
