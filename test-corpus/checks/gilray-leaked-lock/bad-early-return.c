// corpus: check=gilray-leaked-lock py=3.9..
#include <Python.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int open_ports, total;

#define FAIL(type, text)                                                                                               \
    do {                                                                                                               \
        PyErr_SetString(type, text);                                                                                   \
        return NULL;                                                                                                   \
    } while (0)

static PyObject *by_return(PyObject *self, PyObject *unused)
{
    pthread_mutex_lock(&lock);
    if (!open_ports)
        return PyLong_FromLong(-1); // expect: gilray-leaked-lock "still held when 'by_return' returns here"
    int n = total;
    pthread_mutex_unlock(&lock);
    return PyLong_FromLong(n);
}

static PyObject *by_macro(PyObject *self, PyObject *unused)
{
    pthread_mutex_lock(&lock);
    if (!open_ports)
        Py_RETURN_NONE; // expect: gilray-leaked-lock
    int n = total;
    pthread_mutex_unlock(&lock);
    return PyLong_FromLong(n);
}

static PyObject *by_project_macro(PyObject *self, PyObject *unused)
{
    pthread_mutex_lock(&lock);
    if (!open_ports)
        FAIL(PyExc_OSError, "no port"); // expect: gilray-leaked-lock
    int n = total;
    pthread_mutex_unlock(&lock);
    return PyLong_FromLong(n);
}

static PyObject *by_goto(PyObject *self, PyObject *unused)
{
    PyObject *result = NULL;
    pthread_mutex_lock(&lock);
    if (!open_ports)
        goto out;
    result = PyLong_FromLong(total);
    pthread_mutex_unlock(&lock);
out:
    return result; // expect: gilray-leaked-lock "taken here"
}

static PyMethodDef methods[] = {
    {"by_return", by_return, METH_NOARGS, NULL},
    {"by_macro", by_macro, METH_NOARGS, NULL},
    {"by_project_macro", by_project_macro, METH_NOARGS, NULL},
    {"by_goto", by_goto, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};
