// corpus: check=gilray-detached-api-call py=3.9.. variants=gil
// Functions in fields that are set through parameters: which of them is called where is not known.
#include <Python.h>

typedef void (*release)(void *item);

struct pool {
    release free_item;
    void *items[16];
    int used;
};

static void pool_init(struct pool *p, release f)
{
    p->free_item = f;
    p->used = 0;
}

static void pool_drop_one(struct pool *p)
{
    if (p->used)
        p->free_item(p->items[--p->used]); // ok: gilray-detached-api-call  of the pool of objects only attached
}

static void pool_drop_all(struct pool *p)
{
    while (p->used)
        p->free_item(p->items[--p->used]);
}

static void free_object(void *item)
{
    Py_DECREF((PyObject *)item); // ok: gilray-detached-api-call
}

static void free_memory(void *item)
{
    free(item);
}

static struct pool objects, buffers;

static PyObject *drop(PyObject *self, PyObject *unused)
{
    pool_init(&objects, free_object);
    pool_init(&buffers, free_memory);
    pool_drop_all(&objects);
    Py_BEGIN_ALLOW_THREADS
    pool_drop_one(&buffers);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}

struct list {
    release free_all;
    void *content;
};

static void list_init(struct list *l, release f)
{
    l->free_all = f;
}

static void list_free(struct list *l)
{
    l->free_all(l->content); // ok: gilray-detached-api-call  the caller knows which list it is
}

static struct list names, bytes;

static PyObject *clear(PyObject *self, PyObject *unused)
{
    list_init(&names, free_object);
    list_init(&bytes, free_memory);
    list_free(&names);
    Py_BEGIN_ALLOW_THREADS
    list_free(&bytes);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}

struct job {
    void (*work)(void *);
    void *data;
};

void submit(struct job *j, void (*work)(void *), void *data)
{
    j->work = work;
    j->data = data;
}

void work_off(struct job *j)
{
    j->work(j->data); // ok: gilray-detached-api-call  what else is submitted is not seen
}

void (*chosen_work(void))(void *);

static struct job attached_job, detached_job;

static PyObject *work(PyObject *self, PyObject *object)
{
    Py_INCREF(object);
    submit(&attached_job, free_object, object);
    submit(&detached_job, chosen_work(), NULL);
    work_off(&attached_job);
    Py_BEGIN_ALLOW_THREADS
    work_off(&detached_job);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}

PyMethodDef pool_methods[] = {
    {"drop", drop, METH_NOARGS, NULL}, {"clear", clear, METH_NOARGS, NULL}, {"work", work, METH_O, NULL}, {NULL, NULL, 0, NULL}};
