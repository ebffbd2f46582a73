// corpus: check=gilray-leaked-lock py=3.9..
// The destructor closes, too, and destroys the lock then: that is no release for those who only close.
#include <Python.h>
#include <pthread.h>

typedef struct {
    PyObject_HEAD
    pthread_mutex_t lock;
    int closed;
} Link;

static void link_close(Link *self)
{
    if (self->closed)
        return;
    pthread_mutex_lock(&self->lock);
    self->closed = 1;
} // expect: gilray-leaked-lock "still held when 'link_close' returns"

static PyObject *close_link(PyObject *op, PyObject *unused)
{
    link_close((Link *)op);
    Py_RETURN_NONE;
}

static void link_dealloc(PyObject *op)
{
    Link *self = (Link *)op;
    link_close(self);
    pthread_mutex_destroy(&self->lock);
    Py_TYPE(op)->tp_free(op);
}

static PyMethodDef methods[] = {{"close", close_link, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyType_Slot slots[] = {{Py_tp_methods, methods}, {Py_tp_dealloc, link_dealloc}, {0, NULL}};
PyType_Spec link_spec = {"demo.Link", sizeof(Link), 0, Py_TPFLAGS_DEFAULT, slots};
