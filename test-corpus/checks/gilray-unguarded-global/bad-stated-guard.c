// corpus: check=gilray-unguarded-global py=3.9.. flags="-Iinclude"
#include <Python.h>
#include <pthread.h>
#include "gilray.h"

// The lock of a variable is stated beside it.
static pthread_mutex_t hits_lock = PTHREAD_MUTEX_INITIALIZER;
static long hits GILRAY_GUARDED_BY(hits_lock);

PyObject *hit(PyObject *self, PyObject *ignored)
{
    pthread_mutex_lock(&hits_lock);
    long now = ++hits;
    pthread_mutex_unlock(&hits_lock);
    return PyLong_FromLong(now);
}

PyObject *peek(PyObject *self, PyObject *ignored)
{
    return PyLong_FromLong(hits); // expect: gilray-unguarded-global "'hits' is used without 'hits_lock', which guards it"
}
