// corpus: check=* py=3.9..
// The X-variants do nothing on a null pointer.
#include <Python.h>

int probe(void);

PyObject *nothing(PyObject *self, PyObject *args)
{
    PyObject *result = NULL, *kept = NULL;
    Py_BEGIN_ALLOW_THREADS
    probe();
    Py_XDECREF(result); // ok: gilray-detached-api-call  null here
    Py_XINCREF(kept);   // ok: gilray-detached-api-call  null here
    Py_CLEAR(kept);     // ok: gilray-detached-api-call  null here
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
