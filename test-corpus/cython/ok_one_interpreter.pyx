# modules=check
# Without CYTHON_USE_MODULE_STATE the module refuses to be loaded into a second interpreter: nobody shares what it keeps.
cdef dict cache = {}  # ok: gilray-static-object

cdef class Box:  # ok: gilray-static-type
    cdef public int n

def lookup(str name):
    return cache.setdefault(name, len(cache))
