# modules=check
# expect@1: gilray-static-object "cache"
# expect@1: gilray-mutable-global "counter"
# cdef variables of a module are in static storage.
cdef dict cache = {}
cdef int counter = 0

def lookup(str name):
    global counter
    counter += 1
    return cache.setdefault(name, len(cache))
