# qsort calls back on this thread, attached or not as its caller is.
from libc.stdlib cimport qsort

cdef int compare(const void *a, const void *b) noexcept nogil:
    return (<int *>a)[0] - (<int *>b)[0]

def order(int[::1] numbers):
    if numbers.shape[0]:
        with nogil:
            qsort(&numbers[0], numbers.shape[0], sizeof(int), compare)  # ok: gilray-detached-api-call
