// corpus: check=gilray-gilstate-in-subinterpreter py=3.9.. gilray="--checks=-gilray-missing-*"
// A method is attached: PyGILState_Ensure gains nothing there, and takes the wrong interpreter where it is not the main one.
#include <Python.h>
#include <pthread.h>

static PyObject *set(PyObject *self, PyObject *value)
{
    PyGILState_STATE state = PyGILState_Ensure(); // expect: gilray-gilstate-in-subinterpreter "is attached already"
    PyObject *copy = Py_NewRef(value);
    PyGILState_Release(state);
    return copy;
}

static void notify(PyObject *callback) // called by a method and by a thread
{
    PyGILState_STATE state = PyGILState_Ensure(); // ok: gilray-gilstate-in-subinterpreter
    Py_XDECREF(PyObject_CallObject(callback, NULL));
    PyGILState_Release(state);
}

static void *watch(void *callback)
{
    notify((PyObject *)callback);
    return NULL;
}

static PyObject *start(PyObject *self, PyObject *callback)
{
    pthread_t thread;
    notify(callback);
    Py_INCREF(callback);
    if (pthread_create(&thread, NULL, watch, callback) == 0)
        pthread_detach(thread);
    Py_RETURN_NONE;
}

static PyObject *detached(PyObject *self, PyObject *value)
{
    Py_BEGIN_ALLOW_THREADS
    PyGILState_STATE state = PyGILState_Ensure(); // ok: gilray-gilstate-in-subinterpreter
    PyErr_CheckSignals();
    PyGILState_Release(state);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"set", set, METH_O, NULL},
                                {"start", start, METH_O, NULL},
                                {"detached", detached, METH_O, NULL},
                                {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {{0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
