// corpus: check=gilray-detached-api-call py=3.9..
// PyErr_Occurred looks harmless, but reads the current thread state.
#include <Python.h>

int queue_poll(void *queue);

PyObject *drain(PyObject *self, PyObject *args)
{
    int left = 1;
    Py_BEGIN_ALLOW_THREADS
    while (left > 0 && !PyErr_Occurred()) // expect: gilray-detached-api-call "PyErr_Occurred"
        left = queue_poll(NULL);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
