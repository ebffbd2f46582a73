// corpus: check=gilray-detached-api-call py=3.9..
// API that is neither a named call nor a function: a macro that goes through a function pointer of a capsule.
#include <Python.h>
#include <datetime.h>

PyObject *deadline(PyObject *self, PyObject *args)
{
    PyObject *result;
    PyDateTime_IMPORT;
    Py_BEGIN_ALLOW_THREADS
    result = PyDate_FromDate(2024, 2, 29); // expect: gilray-detached-api-call "PyDate_FromDate"
    Py_END_ALLOW_THREADS
    return result;
}
