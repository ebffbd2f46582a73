// corpus: check=gilray-shared-handle-detached py=3.9..
// close() of another thread frees the handle that this one works with.
#include <Python.h>

typedef struct cable cable;
int cable_send(cable *c, const char *text);
void cable_close(cable *c);

typedef struct {
    PyObject_HEAD
    cable *c;
} link_object;

static PyObject *link_send(PyObject *op, PyObject *arg)
{
    link_object *self = (link_object *)op;
    const char *text = PyUnicode_AsUTF8(arg);
    int rc;
    if (text == NULL || self->c == NULL)
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    rc = cable_send(self->c, text); // expect: gilray-shared-handle-detached "thread 2 ends the handle in 'link_close'"
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(rc);
}

static PyObject *link_close(PyObject *op, PyObject *ignored)
{
    link_object *self = (link_object *)op;
    if (self->c != NULL)
        cable_close(self->c);
    self->c = NULL; // expect(nogil): gilray-unguarded-field "c"
    Py_RETURN_NONE;
}

PyMethodDef link_methods[] = {
    {"send", link_send, METH_O, NULL}, {"close", link_close, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
