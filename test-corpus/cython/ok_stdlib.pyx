# malloc, memcpy and the mathematics of C without the GIL.
from libc.stdlib cimport malloc, free
from libc.string cimport memcpy
from libc.math cimport sqrt

def work(const unsigned char[::1] data):
    cdef unsigned char *copy
    cdef double s = 0
    cdef Py_ssize_t i, n = data.shape[0]
    if n == 0:
        return 0.0
    with nogil:
        copy = <unsigned char *>malloc(n)
        if copy:
            memcpy(copy, &data[0], n)
            for i in range(n):
                s += sqrt(copy[i])
            free(copy)  # ok: gilray-wrong-allocator
    return s
