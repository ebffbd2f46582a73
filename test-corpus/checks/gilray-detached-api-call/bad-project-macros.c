// corpus: check=gilray-detached-api-call py=3.9..
// The project wraps the pair in macros of its own.
#include <Python.h>

#define IO_BEGIN { PyThreadState *io_saved_ = PyEval_SaveThread();
#define IO_END PyEval_RestoreThread(io_saved_); }

long tape_rewind(int unit);

PyObject *rewind_tape(PyObject *self, PyObject *arg)
{
    long position;
    int unit = (int)PyLong_AsLong(arg);
    IO_BEGIN
    position = tape_rewind(unit);
    if (position < 0)
        PyErr_Clear(); // expect: gilray-detached-api-call "PyErr_Clear"
    IO_END
    return PyLong_FromLong(position); // ok: gilray-detached-api-call  after IO_END
}
