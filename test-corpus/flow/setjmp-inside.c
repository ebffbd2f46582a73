// corpus: check=* py=3.9..
// setjmp and longjmp both inside the region: control never leaves it.
#include <Python.h>
#include <setjmp.h>

typedef struct {
    jmp_buf on_error;
    int depth;
} parser;

int next_token(parser *p);

static void deeper(parser *p)
{
    if (++p->depth > 100)
        longjmp(p->on_error, 1);
    if (next_token(p) == '(')
        deeper(p);
}

PyObject *parse(PyObject *self, PyObject *args)
{
    parser p = {.depth = 0};
    int failed = 0;
    Py_BEGIN_ALLOW_THREADS
    if (setjmp(p.on_error))
        failed = 1; // ok: gilray-region-escape  still in the region
    else
        deeper(&p);
    Py_END_ALLOW_THREADS
    if (failed)
        PyErr_SetString(PyExc_ValueError, "too deep"); // ok: gilray-detached-api-call  attached again
    return failed ? NULL : PyLong_FromLong(p.depth); // ok: gilray-region-escape
}
