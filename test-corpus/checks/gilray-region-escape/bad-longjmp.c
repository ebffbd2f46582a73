// corpus: check=gilray-region-escape py=3.9..
// The error handler of a library jumps out of the released region.
#include <Python.h>
#include <setjmp.h>

static jmp_buf on_error;
int parse_block(int n);

static void fail(void) { longjmp(on_error, 1); }

PyObject *parse(PyObject *self, PyObject *arg)
{
    int n = (int)PyLong_AsLong(arg);
    if (setjmp(on_error))
        return NULL; // expect: gilray-region-escape "jump back to setjmp"
    Py_BEGIN_ALLOW_THREADS
    if (parse_block(n) < 0)
        fail();
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
