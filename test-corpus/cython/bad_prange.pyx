# flags: -fopenmp
# The API in the body of a parallel loop.
from cython.parallel cimport prange
cdef extern from "Python.h":
    int PyErr_CheckSignals() nogil

def count(long n):
    cdef long i, s = 0
    for i in prange(n, nogil=True):
        s += PyErr_CheckSignals()  # expect: gilray-unattached-callback "parallel loop"
    return s
