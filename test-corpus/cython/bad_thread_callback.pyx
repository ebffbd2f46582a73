# A thread of C runs a nogil function that drops a reference.
cdef extern from "pthread.h" nogil:
    ctypedef struct pthread_t:
        pass
    int pthread_create(pthread_t *t, void *attr, void *(*f)(void *) noexcept nogil, void *arg)
from cpython.ref cimport PyObject, Py_INCREF
cdef extern from "Python.h":
    void drop "Py_DecRef"(PyObject *) nogil

cdef void *worker(void *arg) noexcept nogil:
    drop(<PyObject *>arg)  # expect: gilray-unattached-callback "with gil:"
    return NULL

def start(object o):
    cdef pthread_t t
    Py_INCREF(o)
    return pthread_create(&t, NULL, worker, <void *>o)
