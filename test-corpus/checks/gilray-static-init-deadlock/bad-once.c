// corpus: check=gilray-static-init-deadlock py=3.9..
// The body of the once releases the GIL for a slow start.
#include <Python.h>
#include <pthread.h>

extern int device_open(void);

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int device;

static void open_device(void)
{
    int opened;
    Py_BEGIN_ALLOW_THREADS
    opened = device_open();
    Py_END_ALLOW_THREADS
    device = opened;
}

static PyObject *handle(PyObject *self, PyObject *unused)
{
    pthread_once(&once, open_device); // expect: gilray-static-init-deadlock
    return PyLong_FromLong(device);
}

static PyMethodDef methods[] = {{"handle", handle, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
