// corpus: check=gilray-detached-api-call py=3.9..
#include <Python.h>

typedef struct {
    long calls;
} counters;

int radio_listen(int channel);

PyObject *listen(PyObject *module, PyObject *arg)
{
    long channel = PyLong_AsLong(arg);
    Py_BEGIN_ALLOW_THREADS
    counters *state = PyModule_GetState(module); // expect: gilray-detached-api-call "PyModule_GetState"
    state->calls++;
    radio_listen((int)channel);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
