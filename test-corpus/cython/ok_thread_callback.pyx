# The thread attaches: a block in a nogil function, and a function declared with gil.
cdef extern from "pthread.h" nogil:
    ctypedef struct pthread_t:
        pass
    int pthread_create(pthread_t *t, void *attr, void *(*f)(void *) noexcept nogil, void *arg)
    ctypedef void *(*entry)(void *) noexcept nogil
from cpython.ref cimport Py_INCREF, Py_DECREF

cdef void *worker(void *arg) noexcept nogil:
    with gil:
        Py_DECREF(<object>arg)  # ok: gilray-unattached-callback
    return NULL

cdef void *other(void *arg) noexcept with gil:
    print(<object>arg)  # ok: gilray-unattached-callback
    return NULL

def start(object o):
    cdef pthread_t t
    Py_INCREF(o)
    pthread_create(&t, NULL, worker, <void *>o)
    pthread_create(&t, NULL, <entry>other, <void *>o)
