// corpus: check=gilray-leaked-lock py=3.9.. variants=gil
// A lock that is taken where it is made is a signal: whoever waits for it is woken by who releases it.
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyThread_type_lock idle;
    int busy, waiting;
} Env;

int lib_open(PyObject *path);
int lib_sync(void);

static int sync_all(Env *self)
{
    int rc;
    self->busy++;
    Py_BEGIN_ALLOW_THREADS
    rc = lib_sync();
    Py_END_ALLOW_THREADS
    if (--self->busy == 0 && self->waiting) {
        self->waiting = 0;
        PyThread_release_lock(self->idle); // ok: gilray-leaked-lock
    }
    return rc;
}

static PyObject *env_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    Env *self = (Env *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    self->idle = PyThread_allocate_lock();
    if (self->idle == NULL) {
        Py_DECREF(self);
        return PyErr_NoMemory();
    }
    PyThread_acquire_lock(self->idle, NOWAIT_LOCK);
    if (lib_open(args) < 0 || sync_all(self) < 0) {
        Py_DECREF(self);
        return NULL; // ok: gilray-leaked-lock  nobody will ever wait for it
    }
    return (PyObject *)self; // ok: gilray-leaked-lock
}

static PyObject *env_sync(PyObject *op, PyObject *unused)
{
    return PyLong_FromLong(sync_all((Env *)op));
}

static PyObject *env_close(PyObject *op, PyObject *unused)
{
    Env *self = (Env *)op;
    while (self->busy) {
        self->waiting = 1;
        Py_BEGIN_ALLOW_THREADS
        PyThread_acquire_lock(self->idle, WAIT_LOCK);
        Py_END_ALLOW_THREADS
    }
    Py_RETURN_NONE; // ok: gilray-leaked-lock
}

static PyMethodDef env_methods[] = {
    {"sync", env_sync, METH_NOARGS, NULL}, {"close", env_close, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyType_Slot env_slots[] = {{Py_tp_methods, env_methods}, {Py_tp_new, env_new}, {0, NULL}};
PyType_Spec env_spec = {"demo.Env", sizeof(Env), 0, Py_TPFLAGS_DEFAULT, env_slots};
