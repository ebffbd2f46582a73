// corpus: check=gilray-detached-api-call py=3.10..
#include <Python.h>

PyObject *share(PyObject *self, PyObject *item)
{
    PyObject *copy;
    Py_BEGIN_ALLOW_THREADS
    copy = Py_NewRef(item); // expect: gilray-detached-api-call "Py_NewRef"
    Py_END_ALLOW_THREADS
    return copy;
}
