# needs=3.1
# cython: freethreading_compatible=True, subinterpreters_compatible=own_gil
# modules=check
# What the module declares of itself, and sections on objects.
cimport cython

cdef class Box:  # ok: gilray-static-type
    cdef long n

    def add(self, long by):
        with cython.critical_section(self):
            self.n += by
            return self.n
