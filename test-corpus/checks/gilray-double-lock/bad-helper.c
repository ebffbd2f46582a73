// corpus: check=gilray-double-lock py=3.9..
#include <Python.h>
#include <pthread.h>

typedef struct {
    PyObject_HEAD
    pthread_mutex_t lock;
    int used, size;
} Pool;

static int free_slots(Pool *p)
{
    pthread_mutex_lock(&p->lock);
    int n = p->size - p->used;
    pthread_mutex_unlock(&p->lock);
    return n;
}

static PyObject *reserve(PyObject *op, PyObject *unused)
{
    Pool *self = (Pool *)op;
    pthread_mutex_lock(&self->lock);
    if (free_slots(self) > 0) // expect: gilray-double-lock "holds already"
        self->used++;
    pthread_mutex_unlock(&self->lock);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"reserve", reserve, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
