// corpus: check=gilray-shared-handle-detached py=3.9..
// The use is in one file, the close in another; C++ with a guard of the project's own.
#include "reader.h"

class Released {
    PyThreadState *saved;

public:
    Released() : saved(PyEval_SaveThread()) {}
    ~Released() { PyEval_RestoreThread(saved); }
};

static PyObject *reader_next(PyObject *op, PyObject *)
{
    reader *self = reinterpret_cast<reader *>(op);
    int got;
    {
        Released region;
        got = reel_next(self->r); // expect: gilray-shared-handle-detached "'reader_close'"
    }
    return PyLong_FromLong(got);
}

extern "C" {
PyMethodDef reader_methods[] = {
    {"next", reader_next, METH_NOARGS, nullptr}, {"close", reader_close, METH_NOARGS, nullptr}, {nullptr, nullptr, 0, nullptr}};
}
