// corpus: check=gilray-inconsistent-release py=3.9..
// One place that releases and one that does not: nothing says which of the two is meant.
#include <Python.h>

typedef struct bus bus;
extern const char *bus_unique_name(bus *);
extern void bus_name_it(bus *, const char *);

typedef struct {
    PyObject_HEAD
    bus *connection;
} Connection;

static PyObject *get_name(PyObject *op, PyObject *unused)
{
    bus *connection = ((Connection *)op)->connection;
    const char *name;
    Py_BEGIN_ALLOW_THREADS
    name = bus_unique_name(((Connection *)op)->connection); // expect: gilray-shared-handle-detached
    Py_END_ALLOW_THREADS
    return name && connection ? PyUnicode_FromString(name) : PyErr_Format(PyExc_KeyError, "no name");
}

static PyObject *set_name(PyObject *op, PyObject *arg)
{
    const char *name = PyUnicode_AsUTF8(arg);
    if (!name)
        return NULL;
    if (bus_unique_name(((Connection *)op)->connection)) // ok: gilray-inconsistent-release
        return PyErr_Format(PyExc_ValueError, "has a name already");
    bus_name_it(((Connection *)op)->connection, name);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"get_name", get_name, METH_NOARGS, NULL}, {"set_name", set_name, METH_O, NULL}, {NULL, NULL, 0, NULL}};

PyMethodDef *connection_methods(void) { return methods; }
