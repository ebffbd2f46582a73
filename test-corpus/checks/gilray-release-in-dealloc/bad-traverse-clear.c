// corpus: check=gilray-release-in-dealloc py=3.9..
// Neither tp_traverse nor tp_clear may let other threads run.
#include <Python.h>

typedef struct pool pool;
void pool_lock(pool *p), pool_unlock(pool *p);

typedef struct {
    PyObject_HEAD
    pool *workers;
    PyObject *queue;
} pool_object;

static int pool_traverse(PyObject *op, visitproc visit, void *arg)
{
    pool_object *self = (pool_object *)op;
    Py_BEGIN_ALLOW_THREADS // expect: gilray-release-in-dealloc
    pool_lock(self->workers);
    Py_END_ALLOW_THREADS
    Py_VISIT(self->queue);
    pool_unlock(self->workers);
    return 0;
}

static int pool_clear(PyObject *op)
{
    pool_object *self = (pool_object *)op;
    Py_CLEAR(self->queue);
    Py_BEGIN_ALLOW_THREADS // expect: gilray-release-in-dealloc
    pool_lock(self->workers);
    Py_END_ALLOW_THREADS
    pool_unlock(self->workers);
    return 0;
}

PyTypeObject pool_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "workers.pool",
    .tp_basicsize = sizeof(pool_object),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = pool_traverse,
    .tp_clear = pool_clear,
};
