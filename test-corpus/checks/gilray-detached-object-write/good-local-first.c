// corpus: check=* py=3.9..
// Into a local while detached, into the object when attached again.
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
    long to = PyLong_AsLong(arg), at;
    int fd = self->fd;
    Py_BEGIN_ALLOW_THREADS
    at = tape_seek(fd, to);
    Py_END_ALLOW_THREADS
    self->position = at; // ok: gilray-detached-object-write  attached; expect(nogil): gilray-unguarded-field "position"
    Py_RETURN_NONE;
}

static PyObject *tape_tell(PyObject *op, PyObject *args)
{
    return PyLong_FromLong(((tape *)op)->position);
}

PyMethodDef tape_methods[] = {
    {"move", tape_move, METH_O, NULL}, {"tell", tape_tell, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
