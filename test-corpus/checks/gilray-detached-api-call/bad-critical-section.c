// corpus: check=gilray-detached-api-call py=3.13.. variants=nogil
// A critical section needs an attached thread state on free-threaded builds.
#include <Python.h>

typedef struct {
    PyObject_HEAD
    long hits;
} counter;

PyObject *hit(PyObject *op, PyObject *args)
{
    counter *self = (counter *)op;
    Py_BEGIN_ALLOW_THREADS
    Py_BEGIN_CRITICAL_SECTION(op); // expect: gilray-detached-api-call "Py_BEGIN_CRITICAL_SECTION"
    self->hits++;
    Py_END_CRITICAL_SECTION();
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
