// corpus: check=gilray-leaked-lock py=3.9..
// A recursion over a list names ever other locks; that one of them is not taken is seen all the same.
#include <Python.h>
#include <pthread.h>

struct node {
    pthread_mutex_t lock;
    struct node *next;
    int weight;
};

static int weigh(struct node *n)
{
    pthread_mutex_lock(&n->lock);
    int weight = n->weight;
    pthread_mutex_unlock(&n->lock);
    return weight + (n->next ? weigh(n->next) : 0);
}

static int reset(struct node *n)
{
    n->weight = 0;
    pthread_mutex_unlock(&n->lock); // expect: gilray-leaked-lock "'reset' has not taken it"
    return n->next ? reset(n->next) : 0;
}

static int touch(struct node *n)
{
    pthread_mutex_lock(&n->lock);
    n->weight++;
    pthread_mutex_unlock(&n->lock);
    return 0;
}

typedef struct {
    PyObject_HEAD
    struct node *first;
} List;

static PyObject *total(PyObject *op, PyObject *unused)
{
    List *self = (List *)op;
    return PyLong_FromLong(weigh(self->first) + touch(self->first) + reset(self->first));
}

static PyMethodDef methods[] = {{"total", total, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
