# modules=check
# expect@1: gilray-static-object "the module keeps its state in static storage"
# What Cython keeps by itself is one fact; Python variables of the module are no C globals.
cache = {}

def lookup(str name):  # ok: gilray-mutable-global
    return cache.setdefault(name, len(cache))
