// corpus: check=gilray-unattached-callback py=3.9..
// The destructor of a pthread key runs at the end of a thread, after its thread state is gone.
#include <Python.h>
#include <pthread.h>

static pthread_key_t key;

static void drop(void *value)
{
    Py_XDECREF((PyObject *)value); // expect: gilray-unattached-callback
}

PyObject *cache(PyObject *self, PyObject *value)
{
    static int made;
    if (!made && pthread_key_create(&key, drop) == 0)
        made = 1;
    Py_INCREF(value);
    pthread_setspecific(key, value);
    Py_RETURN_NONE;
}
