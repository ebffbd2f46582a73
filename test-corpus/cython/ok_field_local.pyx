# The value is kept in a local variable and stored when the GIL is back.
cdef class Counter:
    cdef long n

    def run(self, long top):
        cdef long i, last = 0
        with nogil:
            for i in range(top):
                last = i
        self.n = last  # ok: gilray-detached-object-write

    def value(self):
        return self.n
