# flags: -fopenmp
# A parallel loop over a memoryview, with a reduction.
from cython.parallel cimport prange

def total(double[::1] data):
    cdef double s = 0
    cdef Py_ssize_t i
    for i in prange(data.shape[0], nogil=True):  # ok: gilray-detached-api-call
        s += data[i] * data[i]
    return s
