# nogil functions that compute only, called with and without the GIL.
cdef double square(double x) noexcept nogil:
    return x * x

def area(double x):
    cdef double r
    with nogil:
        r = square(x)  # ok: gilray-detached-api-call
    return r + square(x)
