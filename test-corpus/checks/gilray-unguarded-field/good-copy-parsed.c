// corpus: check=gilray-unguarded-field py=3.13.. variants=nogil gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot"
// A local variable that starts as a copy of the field: its address is not the field's.
#include <Python.h>

typedef struct {
    PyObject_HEAD
    int least, most;
} Pool;

static PyObject *reconfigure(PyObject *op, PyObject *args)
{
    Pool *self = (Pool *)op;
    int least = self->least;
    int most = self->most;
    if (!PyArg_ParseTuple(args, "|ii", &least, &most)) // ok: gilray-unguarded-field  the copies are written
        return NULL;
    return PyLong_FromLong(least == self->least && most == self->most);
}

static PyMethodDef methods[] = {{"reconfigure", reconfigure, METH_VARARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyType_Slot type_slots[] = {{Py_tp_methods, methods}, {0, NULL}};
PyType_Spec pool_spec = {"demo.Pool", sizeof(Pool), 0, Py_TPFLAGS_DEFAULT, type_slots};
