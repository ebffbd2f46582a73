// corpus: check=gilray-region-escape py=3.9..
// goto jumps over Py_END_ALLOW_THREADS to a clean-up label; the function then returns detached.
#include <Python.h>
#include <stdlib.h>

int fill(char *buffer, size_t n);

PyObject *filled(PyObject *self, PyObject *args)
{
    PyObject *result = NULL;
    char *buffer = malloc(512);
    if (!buffer)
        goto done;
    Py_BEGIN_ALLOW_THREADS
    if (fill(buffer, 512) < 0)
        goto done;
    Py_END_ALLOW_THREADS
    result = PyBytes_FromStringAndSize(buffer, 512);
done:
    free(buffer);
    return result; // expect: gilray-region-escape
}
