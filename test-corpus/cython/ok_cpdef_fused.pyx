# cpdef functions, fused types and a struct that is used without the GIL.
ctypedef fused number:
    int
    double

cdef struct Point:
    double x, y

cpdef double length(double x, double y) noexcept nogil:
    return x * x + y * y

def largest(number[:] a):
    cdef number best = 0
    cdef Py_ssize_t i
    with nogil:
        for i in range(a.shape[0]):
            if a[i] > best:
                best = a[i]
    return best  # ok: gilray-detached-api-call

def move(double dx):
    cdef Point p
    p.x = p.y = 0
    with nogil:
        p.x += dx
        p.y = length(p.x, dx)
    return p.x, p.y
