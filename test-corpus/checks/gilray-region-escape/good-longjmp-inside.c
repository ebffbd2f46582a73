// corpus: check=* py=3.9..
// setjmp inside the region: the jump lands where the state is the same.
#include <Python.h>
#include <setjmp.h>

static jmp_buf on_error;
int parse_block(int n);

static void fail(void) { longjmp(on_error, 1); }

PyObject *parse(PyObject *self, PyObject *arg)
{
    int n = (int)PyLong_AsLong(arg);
    volatile int failed = 0;
    Py_BEGIN_ALLOW_THREADS
    if (setjmp(on_error))
        failed = 1;
    else if (parse_block(n) < 0)
        fail();
    Py_END_ALLOW_THREADS
    if (failed)
        return NULL; // ok: gilray-region-escape  attached
    Py_RETURN_NONE; // ok: gilray-detached-api-call
}
