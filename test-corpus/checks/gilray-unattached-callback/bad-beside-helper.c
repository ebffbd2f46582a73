// corpus: check=gilray-unattached-callback
// A helper attaches for itself; what the callback does beside it runs without a thread state. Several
// uses in one function are one finding.
#include <Python.h>
#include <pthread.h>

struct lib;
int lib_step(struct lib *lib);
void lib_on_event(struct lib *lib, void (*on_event)(void *context, int code), void *context);

struct stepper {
    PyObject *handler;
    struct lib *lib;
};

static void emit(PyObject *handler)
{
    PyGILState_STATE gil = PyGILState_Ensure();
    PyObject *r = PyObject_CallNoArgs(handler);
    Py_XDECREF(r);
    PyGILState_Release(gil);
}

static void notify(PyObject *handler)
{
    emit(handler);
}

static void on_event(void *context, int code)
{
    struct stepper *self = context;
    notify(self->handler);
    if (code)
        PyErr_Clear(); // expect: gilray-unattached-callback
}

PyObject *step(PyObject *capsule, PyObject *args)
{
    struct stepper *self = PyCapsule_GetPointer(capsule, NULL);
    lib_on_event(self->lib, on_event, self);
    Py_BEGIN_ALLOW_THREADS
    lib_step(self->lib);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}

static void *worker(void *arg)
{
    switch ((long)arg) {
    case 0:
        return PyLong_FromLong(1); // expect: gilray-unattached-callback "; 3 more uses in 'worker'"
    case 1:
        return PyFloat_FromDouble(2);
    case 2:
        return PyBool_FromLong(3);
    default:
        return PyUnicode_FromString("4");
    }
}

PyObject *start(PyObject *self, PyObject *args)
{
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    Py_RETURN_NONE;
}
