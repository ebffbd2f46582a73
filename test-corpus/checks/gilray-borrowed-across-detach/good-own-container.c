// corpus: check=gilray-borrowed-across-detach py=3.9..
// A dictionary of the module's own that is only ever filled: nothing is taken out, and nobody else sees it.
#include <Python.h>

int chart_draw(const char *name);

typedef struct {
    PyObject_HEAD
    PyObject *names;
} chart;

static PyObject *chart_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    chart *self = (chart *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    self->names = PyDict_New();
    return (PyObject *)self;
}

static PyObject *chart_show(PyObject *op, PyObject *key)
{
    chart *self = (chart *)op;
    PyObject *name = PyDict_GetItemWithError(self->names, key);
    if (name == NULL)
        Py_RETURN_NONE;
    const char *text = PyUnicode_AsUTF8(name);
    if (text == NULL)
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    chart_draw(text); // ok: gilray-borrowed-across-detach  the item stays in self->names
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}

PyMethodDef chart_methods[] = {{"show", chart_show, METH_O, NULL}, {NULL, NULL, 0, NULL}};
PyType_Slot chart_slots[] = {{Py_tp_new, chart_new}, {Py_tp_methods, chart_methods}, {0, NULL}};
