# A call that waits is made with the GIL.
cdef extern from "unistd.h":
    unsigned int sleep(unsigned int)

def wait(unsigned int n):
    return sleep(n)  # expect: gilray-blocking-call-attached "with nogil:"
