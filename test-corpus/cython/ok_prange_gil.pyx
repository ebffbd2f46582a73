# flags: -fopenmp
# Cython makes a thread state for each thread of the team, and one that needs the GIL takes it.
from cython.parallel cimport prange, parallel, threadid

def collect(long n):
    cdef long i
    found = []
    for i in prange(n, nogil=True):
        if i % 1000 == 0:
            with gil:
                found.append(i)  # ok: gilray-unattached-callback
    return found

cdef void note(int i) noexcept nogil:
    pass

def ids():
    with nogil, parallel():
        note(threadid())
