# A function of the C API that is declared nogil by hand, called in a nogil block.
cdef extern from "Python.h":
    int PyErr_CheckSignals() nogil

def total(long n):
    cdef long i, s = 0
    with nogil:
        for i in range(n):
            s += i
            PyErr_CheckSignals()  # expect: gilray-detached-api-call "(with gil:)"
    return s
