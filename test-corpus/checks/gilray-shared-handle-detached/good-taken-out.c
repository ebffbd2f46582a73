// corpus: check=* py=3.9..
// Taken out of the object before the region; only the deallocator ends it; the handle is not from an object.
#include <Python.h>

typedef struct rope rope;
int rope_pull(const rope *r);
void rope_free(rope *r);
rope *rope_new(void);

typedef struct {
    PyObject_HEAD
    rope *r;
    rope *spare; // ended by the deallocator only, and read with const
} winch;

static PyObject *winch_drop(PyObject *op, PyObject *ignored)
{
    winch *self = (winch *)op;
    rope *old = self->r;
    self->r = NULL; // expect(nogil): gilray-unguarded-field "r"
    if (old != NULL) {
        Py_BEGIN_ALLOW_THREADS
        rope_free(old); // ok: gilray-shared-handle-detached  nobody finds it in the object any more
        Py_END_ALLOW_THREADS
    }
    Py_RETURN_NONE;
}

static PyObject *winch_pull(PyObject *op, PyObject *ignored)
{
    winch *self = (winch *)op;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = rope_pull(self->spare); // ok: gilray-shared-handle-detached  only read, and nobody ends it while the object lives
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(rc);
}

static PyObject *winch_test(PyObject *op, PyObject *ignored)
{
    rope *own = rope_new();
    Py_BEGIN_ALLOW_THREADS
    rope_pull(own);
    rope_free(own); // ok: gilray-shared-handle-detached  made here
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}

static void winch_dealloc(PyObject *op)
{
    winch *self = (winch *)op;
    Py_BEGIN_ALLOW_THREADS
    rope_free(self->spare); // ok: gilray-shared-handle-detached  nobody has the object any more
    Py_END_ALLOW_THREADS
    Py_TYPE(op)->tp_free(op);
}

PyMethodDef winch_methods[] = {{"drop", winch_drop, METH_NOARGS, NULL},
                               {"pull", winch_pull, METH_NOARGS, NULL},
                               {"test", winch_test, METH_NOARGS, NULL},
                               {NULL, NULL, 0, NULL}};
PyType_Slot winch_slots[] = {{Py_tp_dealloc, winch_dealloc}, {Py_tp_methods, winch_methods}, {0, NULL}};
