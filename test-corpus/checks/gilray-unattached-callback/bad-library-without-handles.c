// corpus: check=gilray-unattached-callback py=3.9..
// The mixer keeps one function for the whole process. It runs it from whatever it does, also while it is called detached.
#include <Python.h>

extern void mixer_set_finished(void (*finished)(int channel));
extern int mixer_step(int milliseconds);

static PyObject *playing[8];

static void on_finished(int channel)
{
    Py_CLEAR(playing[channel]); // expect: gilray-unattached-callback "in a callback"
}

PyObject *listen(PyObject *self, PyObject *args)
{
    mixer_set_finished(on_finished);
    Py_RETURN_NONE;
}

PyObject *step(PyObject *self, PyObject *args)
{
    int left;
    Py_BEGIN_ALLOW_THREADS
    left = mixer_step(20);
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(left);
}
