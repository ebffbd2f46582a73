# ... and without it.
cdef extern from "unistd.h" nogil:
    unsigned int sleep(unsigned int)

def wait(unsigned int n):
    cdef unsigned int left
    with nogil:
        left = sleep(n)  # ok: gilray-blocking-call-attached
    return left
