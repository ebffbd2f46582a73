// corpus: check=gilray-double-lock py=3.9.. flags="-D_GNU_SOURCE"
// Locks that their holder may take again, however they are made.
#include <Python.h>
#include <pthread.h>
#include <threads.h>

static pthread_mutex_t first = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static pthread_mutex_t second;
static mtx_t third;
static int count;

static int init_locks(void)
{
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&second, &attributes);
    return mtx_init(&third, mtx_plain | mtx_recursive);
}

static PyObject *add(PyObject *self, PyObject *unused)
{
    pthread_mutex_lock(&first);
    pthread_mutex_lock(&first); // ok: gilray-double-lock
    pthread_mutex_lock(&second);
    pthread_mutex_lock(&second); // ok: gilray-double-lock
    mtx_lock(&third);
    mtx_lock(&third); // ok: gilray-double-lock
    count++;
    mtx_unlock(&third);
    mtx_unlock(&third);
    pthread_mutex_unlock(&second);
    pthread_mutex_unlock(&second);
    pthread_mutex_unlock(&first);
    pthread_mutex_unlock(&first);
    Py_RETURN_NONE;
}

static PyObject *setup(PyObject *self, PyObject *unused) { return PyLong_FromLong(init_locks()); }

static PyMethodDef methods[] = {
    {"add", add, METH_NOARGS, NULL},
    {"setup", setup, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};
