# modules=check
# needs=3.1
# flags: -DCYTHON_USE_MODULE_STATE=1
"""A comment silences; what only looks like one, as NOLINTBEGIN in this text, does not."""
cdef extern from "Python.h":
    int PyErr_CheckSignals() nogil

cdef:
    long limit
    dict seen = {}  # NOLINT(gilray-static-object): ok: gilray-static-object

cdef long counter  # expect: gilray-mutable-global "counter"

def poll():
    global counter
    counter += 1
    with nogil:
        # NOLINTNEXTLINE(gilray-detached-api-call): only tried
        PyErr_CheckSignals()  # ok: gilray-detached-api-call

def poll_again(text="# NOLINT"):
    with nogil:
        PyErr_CheckSignals()  # expect: gilray-detached-api-call "PyErr_CheckSignals"
