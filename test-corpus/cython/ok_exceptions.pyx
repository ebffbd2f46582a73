# nogil functions that raise: Cython takes the GIL to raise, to look and to add the traceback.
cdef int positive(int x) except -1 nogil:
    if x < 0:
        with gil:
            raise ValueError("negative")
    return x

cdef int plain(int x) except? -1 nogil:
    if x == 0:
        raise ZeroDivisionError
    return 10 // x

cdef void nothing(int x) except * nogil:
    if x > 3:
        raise OverflowError("too large")

def run(int x):
    cdef int r
    with nogil:
        r = positive(x)  # ok: gilray-detached-api-call
        r += plain(x)
        nothing(x)
    return r
