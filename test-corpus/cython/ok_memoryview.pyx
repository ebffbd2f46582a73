# cython: boundscheck=False, wraparound=False
# Typed memoryviews are read and written, sliced and passed on without the GIL.
cdef double norm(double[:] v) noexcept nogil:
    cdef double s = 0
    cdef Py_ssize_t i
    for i in range(v.shape[0]):
        s += v[i] * v[i]
    return s

def rows(double[:, :] a, double[:] out):
    cdef Py_ssize_t i
    with nogil:
        for i in range(a.shape[0]):
            out[i] = norm(a[i, :])  # ok: gilray-detached-api-call
    return out

def checked(double[:] a):
    cdef double s = 0
    cdef Py_ssize_t i
    with nogil:
        for i in range(a.shape[0]):
            s += a[i]
    return s
