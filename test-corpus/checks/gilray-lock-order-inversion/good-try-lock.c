// corpus: check=gilray-lock-order-inversion py=3.9..
// Attached, it only tries; it waits detached. As in the wrappers of the standard library's compressors.
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyThread_type_lock lock;
    PyObject *sink;
} Packer;

#define ENTER(self)                                                                                                    \
    do {                                                                                                               \
        if (!PyThread_acquire_lock((self)->lock, 0)) {                                                                 \
            Py_BEGIN_ALLOW_THREADS                                                                                     \
            PyThread_acquire_lock((self)->lock, 1);                                                                    \
            Py_END_ALLOW_THREADS                                                                                       \
        }                                                                                                              \
    } while (0)

extern int pack(const char *data);

static PyObject *put(PyObject *op, PyObject *args)
{
    Packer *self = (Packer *)op;
    const char *data;
    int n;
    if (!PyArg_ParseTuple(args, "s", &data))
        return NULL;
    ENTER(self); // ok: gilray-lock-order-inversion  a try-lock with a fallback
    Py_BEGIN_ALLOW_THREADS
    n = pack(data);
    Py_END_ALLOW_THREADS
    PyThread_release_lock(self->lock);
    return PyLong_FromLong(n);
}

static PyMethodDef methods[] = {{"put", put, METH_VARARGS, NULL}, {NULL, NULL, 0, NULL}};
