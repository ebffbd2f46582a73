// corpus: check=* py=3.9..
// Who jumps to this setjmp, or in which state, is not known: nothing is guessed.
#include <Python.h>
#include <setjmp.h>

struct decoder {
    jmp_buf on_error;
};
static jmp_buf somewhere;
int decoder_run(struct decoder *d), decoder_open(struct decoder *d), work(void);

PyObject *nobody(PyObject *self, PyObject *args) // expect-incomplete: "nothing seen jumps there"
{
    int rc;
    if (setjmp(somewhere)) {
        PyErr_SetString(PyExc_ValueError, "bad input"); // ok: gilray-*  unknown
        return NULL;                                    // ok: gilray-*  unknown
    }
    Py_BEGIN_ALLOW_THREADS
    rc = work();
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(rc); // ok: gilray-*
}

PyObject *either(PyObject *self, PyObject *args) // expect-incomplete: "which call"
{
    struct decoder d;
    int rc;
    if (setjmp(d.on_error)) {
        PyErr_SetString(PyExc_ValueError, "bad input"); // ok: gilray-*  perhaps only decoder_open() jumps
        return NULL;                                    // ok: gilray-*
    }
    decoder_open(&d);
    Py_BEGIN_ALLOW_THREADS
    rc = decoder_run(&d);
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(rc); // ok: gilray-*
}

PyObject *only(PyObject *self, PyObject *args)
{
    struct decoder d;
    int rc;
    if (setjmp(d.on_error)) {
        PyErr_SetString(PyExc_ValueError, "bad input"); // expect: gilray-detached-api-call  nothing else can jump
        return NULL;                                    // expect: gilray-region-escape
    }
    Py_BEGIN_ALLOW_THREADS
    rc = decoder_run(&d);
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(rc); // ok: gilray-*
}
