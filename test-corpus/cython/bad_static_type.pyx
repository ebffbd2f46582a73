# modules=check
# expect@1: gilray-static-object "module keeps its state"
# expect@1: gilray-static-type "Box"
# cdef classes are static types unless the C is compiled with CYTHON_USE_TYPE_SPECS.
cdef class Box:
    cdef public int n
