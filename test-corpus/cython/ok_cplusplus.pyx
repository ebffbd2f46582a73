# distutils: language = c++
# C++ containers and exceptions.
from libcpp.vector cimport vector
from libcpp.string cimport string
cdef extern from "<stdexcept>" nogil:
    """
    static int risky(int x) { if (x > 3) throw 7; return x; }
    """
    int risky(int) except +

def run(int n):
    cdef vector[int] v
    cdef int i, s = 0
    with nogil:
        for i in range(n):
            v.push_back(i)
        s = risky(n)  # ok: gilray-detached-api-call
    return s, v.size()

def name(string s):
    return s
