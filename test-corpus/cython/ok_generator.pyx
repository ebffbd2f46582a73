# Generators and coroutines with nogil blocks between yields.
def sums(long n):
    cdef long i, s = 0
    for i in range(n):
        with nogil:
            s += i
        yield s  # ok: gilray-detached-api-call

async def later(x):
    with nogil:
        pass
    return await x
