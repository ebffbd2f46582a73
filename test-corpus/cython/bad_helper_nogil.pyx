# A nogil function reaches the API through a declaration that promises too much.
cdef extern from "Python.h":
    ctypedef struct PyObject
    void Py_IncRef(PyObject *) nogil

cdef void keep(PyObject *o) noexcept nogil:
    Py_IncRef(o)  # expect: gilray-detached-api-call "Py_IncRef"

def hold(object o):
    with nogil:
        keep(<PyObject *>o)
