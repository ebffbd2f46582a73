// corpus: check=gilray-blocking-wait-attached py=3.9..
// Who posts the semaphore is in another library: a warning.
#include <Python.h>
#include <semaphore.h>

extern sem_t *frame_ready(int camera);

static PyObject *next_frame(PyObject *self, PyObject *unused)
{
    sem_wait(frame_ready(0)); // expect: gilray-blocking-wait-attached "is not in the program"
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"next_frame", next_frame, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
