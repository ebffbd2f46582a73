# PyObject_Malloc belongs to attached threads; PyMem_RawMalloc does not.
cdef extern from "Python.h":
    void *PyObject_Malloc(size_t) nogil
    void PyObject_Free(void *) nogil

def work(size_t n):
    cdef char *buffer
    with nogil:
        buffer = <char *>PyObject_Malloc(n)  # expect: gilray-detached-api-call "PyObject_Malloc"
        PyObject_Free(buffer)
