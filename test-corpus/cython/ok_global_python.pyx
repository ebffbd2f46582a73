# modules=check
# What Cython keeps by itself is one fact; Python variables of the module are no C globals.
cache = {}

def lookup(str name):  # ok: gilray-mutable-global
    return cache.setdefault(name, len(cache))
