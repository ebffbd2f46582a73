# A field of the object is written without the GIL; another method reads it at the same moment.
cdef class Counter:
    cdef long n

    def run(self, long top):
        cdef long i
        with nogil:
            for i in range(top):
                self.n = i  # expect: gilray-detached-object-write "field 'n'"

    def value(self):
        return self.n
