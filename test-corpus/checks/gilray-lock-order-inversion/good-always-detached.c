// corpus: check=gilray-lock-order-inversion py=3.9..
// Whoever waits for the lock has detached before, so attaching under it is safe.
#include <Python.h>
#include <pthread.h>

extern int port_write(int port, const char *data);

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static PyObject *progress;

static PyObject *send(PyObject *self, PyObject *args)
{
    const char *data;
    int sent;
    if (!PyArg_ParseTuple(args, "s", &data))
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    pthread_mutex_lock(&lock); // ok: gilray-lock-order-inversion  always taken detached
    sent = port_write(1, data);
    Py_BLOCK_THREADS
    Py_XDECREF(PyObject_CallFunction(progress, "i", sent)); // expect: gilray-lock-across-python
    Py_UNBLOCK_THREADS
    pthread_mutex_unlock(&lock);
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(sent);
}

static PyMethodDef methods[] = {{"send", send, METH_VARARGS, NULL}, {NULL, NULL, 0, NULL}};
