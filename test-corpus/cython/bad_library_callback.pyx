# qsort calls back detached here, and the callback compares Python objects.
from libc.stdlib cimport qsort
from cpython.ref cimport PyObject
cdef extern from "Python.h":
    int same "PyObject_RichCompareBool"(PyObject *, PyObject *, int) noexcept nogil

cdef int compare(const void *a, const void *b) noexcept nogil:
    return same((<PyObject **>a)[0], (<PyObject **>b)[0], 0)  # expect: gilray-detached-api-call "PyObject_RichCompareBool"

cdef void sort(PyObject **items, size_t n) noexcept:
    with nogil:
        qsort(items, n, sizeof(PyObject *), compare)

def pair(object a, object b):
    cdef PyObject *two[2]
    two[0] = <PyObject *>a
    two[1] = <PyObject *>b
    sort(two, 2)
    return <object>two[0]
