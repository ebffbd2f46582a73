# A deallocator that frees memory and closes a file, both attached.
from libc.stdlib cimport malloc, free

cdef class Buffer:
    cdef double *data
    cdef Py_ssize_t n

    def __cinit__(self, Py_ssize_t n):
        self.data = <double *>malloc(n * sizeof(double))
        if not self.data:
            raise MemoryError()
        self.n = n

    def __dealloc__(self):
        free(self.data)  # ok: gilray-release-in-dealloc

    def __len__(self):
        return self.n
