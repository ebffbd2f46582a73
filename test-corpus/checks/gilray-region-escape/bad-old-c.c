// corpus: check=gilray-region-escape py=3.9..
// C of another age: a function without prototype, a pointer where a number is meant, pointers of other types. It was
// compiled for years, so it is judged.
#include <Python.h>

struct connection {
    PyObject_HEAD
    void *handle;
    int open;
};

static int connection_init(struct connection *self, PyObject *args, PyObject *kwargs)
{
    Py_BEGIN_ALLOW_THREADS
    self->handle = (void *)open_connection("main");
    if (!self->handle)
        return self->handle; // expect: gilray-region-escape
    Py_END_ALLOW_THREADS
    return 0; // ok: gilray-region-escape
}

PyObject *connect(struct connection *self)
{
    return connection_init(self, NULL, NULL) < 0 ? NULL : self;
}
