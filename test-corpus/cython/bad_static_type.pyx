# modules=check
# needs=3.1
# flags: -DCYTHON_USE_MODULE_STATE=1
# cdef classes are static types unless the C is compiled with CYTHON_USE_TYPE_SPECS.
cdef class Box:  # expect: gilray-static-type "Box"
    cdef public int n
