// corpus: check=gilray-detached-object-write py=3.9..
// A field that another method reads attached is written in a released region.
#include <Python.h>

typedef struct {
    PyObject_HEAD
    long position;
    int fd;
} tape;

long tape_seek(int fd, long to);

static PyObject *tape_move(PyObject *op, PyObject *arg)
{
    tape *self = (tape *)op;
    long to = PyLong_AsLong(arg);
    Py_BEGIN_ALLOW_THREADS
    self->position = tape_seek(self->fd, to); // expect: gilray-detached-object-write "position"; expect(nogil): gilray-unguarded-field "position"
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}

static PyObject *tape_tell(PyObject *op, PyObject *args)
{
    return PyLong_FromLong(((tape *)op)->position);
}

PyMethodDef tape_methods[] = {
    {"move", tape_move, METH_O, NULL}, {"tell", tape_tell, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
