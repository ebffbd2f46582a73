# distutils: language = c++
# In C++ mode as in C.
from libcpp.vector cimport vector
cdef extern from "Python.h":
    int PyErr_CheckSignals() nogil

def run(int n):
    cdef vector[int] v
    with nogil:
        v.push_back(n)
        PyErr_CheckSignals()  # expect: gilray-detached-api-call "PyErr_CheckSignals"
    return v.size()
