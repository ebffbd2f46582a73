// corpus: check=gilray-unattached-callback py=3.9..
// Nothing in this library is ever called detached.
#include <Python.h>

extern void mixer_set_finished(void (*finished)(int channel));
extern int mixer_step(int milliseconds);
extern int each_channel(void (*visit)(int channel));

static PyObject *playing[8];

static void on_finished(int channel)
{
    Py_CLEAR(playing[channel]); // ok: gilray-unattached-callback
}

static void forget(int channel)
{
    Py_CLEAR(playing[channel]); // ok: gilray-unattached-callback  runs during each_channel, which answers with a number
}

PyObject *listen(PyObject *self, PyObject *args)
{
    mixer_set_finished(on_finished);
    return PyLong_FromLong(mixer_step(20) + each_channel(forget));
}
