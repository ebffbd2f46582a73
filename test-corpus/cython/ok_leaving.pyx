# return, raise, break and continue out of a nogil block: the GIL is taken back on every way.
def find(long[::1] a, long wanted):
    cdef Py_ssize_t i
    with nogil:
        for i in range(a.shape[0]):
            if a[i] == wanted:
                with gil:
                    return i  # ok: gilray-leaked-attach
            if a[i] < 0:
                raise ValueError
    return -1

def each(list items):
    cdef long s = 0, x
    for item in items:
        x = item
        with nogil:  # expect: gilray-release-in-hot-loop "every turn"
            if x < 0:
                break
            if x == 7:
                continue
            s += x
    return s
