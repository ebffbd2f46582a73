// corpus: check=gilray-unguarded-field py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>
#include <pthread.h>

// Two files, two types, one name. This one's position is written under its lock.
typedef struct {
    PyObject_HEAD
    pthread_mutex_t lock;
    long position;
} State;

static PyObject *read_on(PyObject *op, PyObject *ignored)
{
    State *self = (State *)op;
    pthread_mutex_lock(&self->lock);
    long now = ++self->position;
    pthread_mutex_unlock(&self->lock);
    return PyLong_FromLong(now);
}

static PyObject *rewind_it(PyObject *op, PyObject *ignored)
{
    State *self = (State *)op;
    pthread_mutex_lock(&self->lock);
    self->position = 0;
    pthread_mutex_unlock(&self->lock);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"read_on", read_on, METH_NOARGS, NULL}, {"rewind", rewind_it, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyType_Slot type_slots[] = {{Py_tp_methods, methods}, {0, NULL}};
PyType_Spec reader_spec = {"demo.Reader", sizeof(State), 0, Py_TPFLAGS_DEFAULT, type_slots};
