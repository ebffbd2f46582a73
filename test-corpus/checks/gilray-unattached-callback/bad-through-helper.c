// corpus: check=gilray-unattached-callback py=3.9..
// The library is called detached by a helper that has nothing to do with Python.
#include <Python.h>

typedef struct lib lib;
int lib_step(lib *l);
void lib_on_event(lib *l, void (*on_event)(int code));

static PyObject *handler;

static void on_event(int code)
{
    Py_XDECREF(PyObject_CallFunction(handler, "i", code)); // expect: gilray-unattached-callback "lib_step"
}

static int all_steps(lib *l)
{
    int n = 0;
    while (lib_step(l) > 0)
        n++;
    return n;
}

static int drive(lib *l)
{
    return all_steps(l);
}

PyObject *run(PyObject *self, PyObject *capsule)
{
    lib *l = PyCapsule_GetPointer(capsule, NULL);
    int n;
    lib_on_event(l, on_event);
    Py_BEGIN_ALLOW_THREADS
    n = drive(l);
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(n);
}
