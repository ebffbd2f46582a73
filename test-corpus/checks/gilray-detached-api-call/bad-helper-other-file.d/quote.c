// corpus: check=gilray-detached-api-call py=3.9..
// The released region is here, the allocation in the other file.
#include <Python.h>
#include "quote.h"

PyObject *quote(PyObject *self, PyObject *arg)
{
    Py_ssize_t length;
    const char *text = PyUnicode_AsUTF8AndSize(arg, &length);
    if (!text)
        return NULL;
    char *quoted;
    Py_BEGIN_ALLOW_THREADS
    quoted = quote_copy(text, length); // expect: gilray-detached-api-call "quote_copy"
    Py_END_ALLOW_THREADS
    PyObject *result = quoted ? PyUnicode_FromString(quoted) : PyErr_NoMemory();
    quote_free(quoted);
    return result;
}

PyObject *quote_constant(PyObject *self, PyObject *arg)
{
    char *quoted = quote_copy("constant", 8); // ok: gilray-detached-api-call  attached
    PyObject *result = quoted ? PyUnicode_FromString(quoted) : PyErr_NoMemory();
    quote_free(quoted);
    return result;
}
