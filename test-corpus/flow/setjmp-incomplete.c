// corpus: check=* py=3.9..
// Nobody in sight jumps to this setjmp: in which state it returns a second time is not known, and nothing is guessed.
#include <Python.h>
#include <setjmp.h>

struct decoder {
    jmp_buf on_error;
};
int decoder_run(struct decoder *d);

PyObject *decode(PyObject *self, PyObject *args)
{
    struct decoder d;
    int rc;
    if (setjmp(d.on_error)) { // expect-incomplete@-4: "setjmp"
        PyErr_SetString(PyExc_ValueError, "bad input"); // ok: gilray-*  unknown
        return NULL;                                    // ok: gilray-*  unknown
    }
    Py_BEGIN_ALLOW_THREADS
    rc = decoder_run(&d);
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(rc); // ok: gilray-*
}
