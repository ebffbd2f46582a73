# reality: Cython (3.x) with both directives and the macro that the second one needs
# needs: cython
# only: py>=3.14
# only: nogil
# flags: -DCYTHON_USE_MODULE_STATE=1
# cython: freethreading_compatible=True, subinterpreters_compatible=own_gil
#
#   main                          ok
#   main         nogil            ok, keeps the GIL off
#   legacy                        ok
#   checked                       ok
#   own-gil                       ok

answer = 42
