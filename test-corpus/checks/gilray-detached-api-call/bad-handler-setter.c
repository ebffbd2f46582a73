// corpus: check=gilray-detached-api-call py=3.9.. variants=gil
// An event loop that comes with the module: handlers are handed to a setter and called through the field it stores them in.
#include <Python.h>

typedef void (*handler)(int fd, void *data);

struct watch {
    int fd;
    handler on_event;
    void *data;
    struct watch *next;
};

static struct watch *watches;

int descriptor_ready(int fd, int milliseconds);

static void watch_init(struct watch *w, int fd, handler h, void *data)
{
    w->fd = fd;
    w->on_event = h;
    w->data = data;
}

void watch_add(struct watch *w, int fd, handler h, void *data)
{
    watch_init(w, fd, h, data);
    w->next = watches;
    watches = w;
}

void watch_once(int milliseconds)
{
    for (struct watch *w = watches; w; w = w->next)
        if (descriptor_ready(w->fd, milliseconds))
            w->on_event(w->fd, w->data);
}

static void on_accept(int fd, void *data)
{
    PyObject *r = PyObject_CallFunction((PyObject *)data, "i", fd); // expect: gilray-detached-api-call "'PyObject_CallFunction'"
    Py_XDECREF(r);
}

static int wakeups;

static void on_wakeup(int fd, void *data) // needs no Python
{
    wakeups += fd;
}

static struct watch listening, waking;

static PyObject *serve(PyObject *self, PyObject *app)
{
    Py_INCREF(app);
    watch_add(&listening, 3, on_accept, app);
    watch_add(&waking, 4, on_wakeup, NULL);
    Py_RETURN_NONE;
}

static PyObject *run(PyObject *self, PyObject *unused)
{
    for (;;) {
        Py_BEGIN_ALLOW_THREADS
        watch_once(10);
        Py_END_ALLOW_THREADS
        if (PyErr_CheckSignals() < 0)
            return NULL;
    }
}

PyMethodDef loop_methods[] = {
    {"serve", serve, METH_O, NULL}, {"run", run, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
