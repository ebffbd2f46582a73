// corpus: check=gilray-blocking-wait-attached py=3.9..
// The helper that joins is called attached from another file.
#include "pool.h"

static PyObject *run(PyObject *self, PyObject *task)
{
    Pool pool = {.task = task};
    pool_start(&pool);
    pool_join(&pool);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"run", run, METH_O, NULL}, {NULL, NULL, 0, NULL}};
