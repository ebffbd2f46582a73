// corpus: check=gilray-leaked-lock py=3.9..
#include <Python.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int total;

static PyObject *add(PyObject *self, PyObject *unused)
{
    total++; // expect(nogil): gilray-unguarded-global "total"
    pthread_mutex_unlock(&lock); // expect: gilray-leaked-lock "has not taken it"
    Py_RETURN_NONE;
}

static PyObject *reset(PyObject *self, PyObject *unused)
{
    pthread_mutex_lock(&lock);
    total = 0;
    pthread_mutex_unlock(&lock);
    Py_RETURN_NONE;
}

static void leave(void) { pthread_mutex_unlock(&lock); } // ok: gilray-leaked-lock  for callers that hold it

static int halve(void)
{
    total /= 2;
    leave(); // expect: gilray-leaked-lock "has not taken it"
    return total;
}

static PyObject *half(PyObject *self, PyObject *unused) { return PyLong_FromLong(halve()); }

static PyObject *twice(PyObject *self, PyObject *unused)
{
    pthread_mutex_lock(&lock);
    total *= 2;
    leave();
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"half", half, METH_NOARGS, NULL},
    {"twice", twice, METH_NOARGS, NULL},
    {"add", add, METH_NOARGS, NULL},
    {"reset", reset, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};
