// corpus: check=gilray-blocking-wait-attached py=3.9..
#include <Python.h>
#include <pthread.h>

static PyObject *sink;

static void *read_loop(void *context)
{
    PyGILState_STATE state = PyGILState_Ensure();
    Py_XDECREF(PyObject_CallNoArgs(sink));
    PyGILState_Release(state);
    return NULL;
}

static PyObject *read_once(PyObject *self, PyObject *unused)
{
    pthread_t reader;
    pthread_create(&reader, NULL, read_loop, NULL);
    Py_BEGIN_ALLOW_THREADS
    pthread_join(reader, NULL); // ok: gilray-blocking-wait-attached  detached
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"read_once", read_once, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
