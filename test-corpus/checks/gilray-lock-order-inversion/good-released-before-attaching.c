// corpus: check=gilray-lock-order-inversion py=3.9..
// Taken attached, held while detached, released before attaching: its holder does not wait for the GIL.
#include <Python.h>
#include <pthread.h>

extern int port_write(int port, const char *data);

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static PyObject *send(PyObject *self, PyObject *args)
{
    const char *data;
    int sent;
    if (!PyArg_ParseTuple(args, "s", &data))
        return NULL;
    pthread_mutex_lock(&lock); // ok: gilray-lock-order-inversion
    Py_BEGIN_ALLOW_THREADS
    sent = port_write(1, data);
    pthread_mutex_unlock(&lock);
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(sent);
}

static PyMethodDef methods[] = {{"send", send, METH_VARARGS, NULL}, {NULL, NULL, 0, NULL}};
