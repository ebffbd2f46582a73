# The GIL is handed out in a deallocator: Cython untracks the object before it calls __dealloc__.
cdef extern from "unistd.h" nogil:
    int close(int fd)

cdef class File:
    cdef int fd
    cdef object owner

    def __cinit__(self, int fd, owner):
        self.fd = fd
        self.owner = owner

    def __dealloc__(self):
        with nogil:
            close(self.fd)  # ok: gilray-release-in-dealloc
