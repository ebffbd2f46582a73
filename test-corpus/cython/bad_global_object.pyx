# modules=check
# needs=3.1
# flags: -DCYTHON_USE_MODULE_STATE=1
# cdef variables of a module stay in static storage even where the module can be loaded into several interpreters.
cdef dict cache = {}  # expect: gilray-static-object "cache"
cdef int counter = 0  # expect: gilray-mutable-global "counter"

def lookup(str name):
    global counter
    counter += 1
    return cache.setdefault(name, len(cache))
