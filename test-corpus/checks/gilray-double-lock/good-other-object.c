// corpus: check=gilray-double-lock py=3.9..
// Two objects of one type, a lock given up for a while, a PyThread lock as a signal, and critical sections.
#include <Python.h>
#include <pthread.h>

typedef struct Node {
    PyObject_HEAD
    pthread_mutex_t lock;
    PyThread_type_lock done;
    struct Node *next;
    int value;
} Node;

extern int compute(int value);

static int value_of(Node *n)
{
    pthread_mutex_lock(&n->lock); // ok: gilray-double-lock
    int value = n->value;
    pthread_mutex_unlock(&n->lock);
    return value;
}

static PyObject *sum(PyObject *op, PyObject *unused)
{
    Node *self = (Node *)op;
    pthread_mutex_lock(&self->lock);
    int total = self->value + (self->next ? value_of(self->next) : 0); // ok: gilray-double-lock  the neighbour's
    pthread_mutex_unlock(&self->lock);
    return PyLong_FromLong(total);
}

static void refresh(Node *n)
{
    pthread_mutex_unlock(&n->lock);
    int value = compute(n->value);
    pthread_mutex_lock(&n->lock); // ok: gilray-double-lock  given up before
    n->value = value;
}

static PyObject *update(PyObject *op, PyObject *unused)
{
    Node *self = (Node *)op;
    pthread_mutex_lock(&self->lock);
    refresh(self);
    pthread_mutex_unlock(&self->lock);
    Py_RETURN_NONE;
}

static void background(void *context) { PyThread_release_lock(((Node *)context)->done); }

static PyObject *run(PyObject *op, PyObject *unused)
{
    Node *self = (Node *)op;
    Py_BEGIN_ALLOW_THREADS
    PyThread_acquire_lock(self->done, WAIT_LOCK);
    PyThread_start_new_thread(background, self);
    PyThread_acquire_lock(self->done, WAIT_LOCK); // ok: gilray-double-lock  the new thread releases it
    PyThread_release_lock(self->done);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"sum", sum, METH_NOARGS, NULL},
    {"update", update, METH_NOARGS, NULL},
    {"run", run, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};
