// corpus: check=gilray-lock-order-inversion py=3.9..
// Lock and unlock around pure C; allocation and errors raised under it detach at most by chance.
#include <Python.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int level, limit;

static PyObject *set_level(PyObject *self, PyObject *value)
{
    long n = PyLong_AsLong(value);
    if (n == -1 && PyErr_Occurred())
        return NULL;
    pthread_mutex_lock(&lock); // ok: gilray-lock-order-inversion  nothing under it detaches
    if (n > limit) {
        pthread_mutex_unlock(&lock);
        PyErr_SetString(PyExc_ValueError, "too high");
        return NULL;
    }
    level = (int)n;
    pthread_mutex_unlock(&lock);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"set_level", set_level, METH_O, NULL}, {NULL, NULL, 0, NULL}};
