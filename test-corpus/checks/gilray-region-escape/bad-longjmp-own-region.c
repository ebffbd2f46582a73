// corpus: check=gilray-region-escape py=3.9..
// The helper jumps over its own restore: the saved state is lost with its frame.
#include <Python.h>
#include <setjmp.h>

typedef struct {
    jmp_buf on_error;
    int depth;
} reader;

int read_token(reader *r);

static void read_all(reader *r)
{
    Py_BEGIN_ALLOW_THREADS
    while (read_token(r) >= 0)
        if (++r->depth > 100)
            longjmp(r->on_error, 1); // expect: gilray-region-escape "longjmp"
    Py_END_ALLOW_THREADS
}

PyObject *parse(PyObject *self, PyObject *arg)
{
    reader r = {.depth = 0};
    if (setjmp(r.on_error))
        return PyErr_NoMemory(); // ok: gilray-*  told where it jumps
    read_all(&r);
    Py_RETURN_NONE;
}
