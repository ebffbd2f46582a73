// corpus: check=* py=3.9..
// A new object that nobody else has yet; a library's own lock; an end that speaks of another object.
#include <Python.h>

typedef struct hive hive;
typedef struct hive_mutex hive_mutex;
hive *hive_new(void);
int hive_fill(hive *h);
int hive_delete(hive *h, const char *key, Py_ssize_t size);
void hive_mutex_enter(hive_mutex *m);
void hive_mutex_leave(hive_mutex *m);

typedef struct {
    PyObject_HEAD
    hive *h;
    hive_mutex *m;
} apiary;

static PyObject *apiary_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    apiary *self = (apiary *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    self->h = hive_new();
    Py_BEGIN_ALLOW_THREADS
    hive_fill(self->h); // ok: gilray-shared-handle-detached  nobody else has the object yet
    Py_END_ALLOW_THREADS
    return (PyObject *)self;
}

static PyObject *apiary_drop(PyObject *op, PyObject *arg)
{
    apiary *self = (apiary *)op;
    Py_ssize_t size;
    const char *key = PyUnicode_AsUTF8AndSize(arg, &size);
    int rc;
    if (key == NULL)
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    hive_mutex_enter(self->m);
    rc = hive_delete(self->h, key, size); // ok: gilray-shared-handle-detached  the library's own lock is held
    hive_mutex_leave(self->m);
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(rc);
}

PyMethodDef apiary_methods[] = {{"drop", apiary_drop, METH_O, NULL}, {NULL, NULL, 0, NULL}};
PyType_Slot apiary_slots[] = {{Py_tp_new, apiary_new}, {Py_tp_methods, apiary_methods}, {0, NULL}};
