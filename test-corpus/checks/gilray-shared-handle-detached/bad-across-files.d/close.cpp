#include "reader.h"

PyObject *reader_close(PyObject *op, PyObject *)
{
    reader *self = reinterpret_cast<reader *>(op);
    if (self->r)
        reel_free(self->r);
    self->r = nullptr; // expect(nogil): gilray-unguarded-field "r"
    Py_RETURN_NONE;
}
