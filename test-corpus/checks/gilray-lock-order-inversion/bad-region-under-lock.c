// corpus: check=gilray-lock-order-inversion py=3.9..
// The lock is held over a released region: at its end the thread waits to attach.
#include <Python.h>
#include <pthread.h>

extern int port_write(int port, const char *data);

static pthread_mutex_t port_lock = PTHREAD_MUTEX_INITIALIZER;

static PyObject *send(PyObject *self, PyObject *args)
{
    const char *data;
    int sent;
    if (!PyArg_ParseTuple(args, "s", &data))
        return NULL;
    pthread_mutex_lock(&port_lock); // expect: gilray-lock-order-inversion
    Py_BEGIN_ALLOW_THREADS
    sent = port_write(1, data);
    Py_END_ALLOW_THREADS
    pthread_mutex_unlock(&port_lock);
    return PyLong_FromLong(sent);
}

static PyMethodDef methods[] = {{"send", send, METH_VARARGS, NULL}, {NULL, NULL, 0, NULL}};
