// corpus: check=gilray-lock-order-inversion py=3.9..
// Two locks, both orders, both detached.
#include <Python.h>
#include <pthread.h>

static pthread_mutex_t index_lock = PTHREAD_MUTEX_INITIALIZER, data_lock = PTHREAD_MUTEX_INITIALIZER;
static long index_size, data_size;

static PyObject *append(PyObject *self, PyObject *unused)
{
    Py_BEGIN_ALLOW_THREADS
    pthread_mutex_lock(&index_lock);
    pthread_mutex_lock(&data_lock);
    index_size++;
    data_size++;
    pthread_mutex_unlock(&data_lock);
    pthread_mutex_unlock(&index_lock);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}

static PyObject *compact(PyObject *self, PyObject *unused)
{
    Py_BEGIN_ALLOW_THREADS
    pthread_mutex_lock(&data_lock);
    pthread_mutex_lock(&index_lock); // expect: gilray-lock-order-inversion "the other way round"
    index_size = data_size;
    pthread_mutex_unlock(&index_lock);
    pthread_mutex_unlock(&data_lock);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"append", append, METH_NOARGS, NULL},
    {"compact", compact, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};
