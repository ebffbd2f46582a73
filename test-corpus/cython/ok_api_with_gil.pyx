# The same with the GIL taken for the call.
cdef extern from "Python.h":
    int PyErr_CheckSignals() except -1

def total(long n):
    cdef long i, s = 0
    with nogil:
        for i in range(n):
            s += i
            if i % 4096 == 0:
                with gil:
                    PyErr_CheckSignals()  # ok: gilray-detached-api-call
    return s
