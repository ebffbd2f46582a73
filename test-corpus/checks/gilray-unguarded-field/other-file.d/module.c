// corpus: check=gilray-unguarded-field py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include "conn.h"

// The helper in the other file is entered with the lock by one method and without it by another.
static PyObject *close_it(PyObject *op, PyObject *ignored)
{
    Conn *self = (Conn *)op;
    pthread_mutex_lock(&self->lock);
    conn_fail(self);
    pthread_mutex_unlock(&self->lock);
    Py_RETURN_NONE;
}

static PyObject *cancel(PyObject *op, PyObject *ignored)
{
    conn_fail((Conn *)op);
    Py_RETURN_NONE;
}

static PyObject *status(PyObject *op, PyObject *ignored)
{
    Conn *self = (Conn *)op;
    pthread_mutex_lock(&self->lock);
    int now = self->status;
    pthread_mutex_unlock(&self->lock);
    return PyLong_FromLong(now);
}

static PyMethodDef methods[] = {{"close_it", close_it, METH_NOARGS, NULL}, {"cancel", cancel, METH_NOARGS, NULL}, {"status", status, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyType_Slot type_slots[] = {{Py_tp_methods, methods}, {0, NULL}};
static PyType_Spec spec = {"demo.Conn", sizeof(Conn), 0, Py_TPFLAGS_DEFAULT, type_slots};
static int demo_exec(PyObject *m)
{
    PyObject *type = PyType_FromModuleAndSpec(m, &spec, NULL);
    return type ? PyModule_Add(m, "Conn", type) : -1;
}
static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
