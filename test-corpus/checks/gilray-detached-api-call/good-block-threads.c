// corpus: check=gilray-detached-api-call py=3.9..
// API after Py_BLOCK_THREADS, and a return there, although both stand between BEGIN and END.
#include <Python.h>

int frame_decode(const char *data, Py_ssize_t n);

PyObject *decode(PyObject *self, PyObject *args)
{
    const char *data;
    Py_ssize_t n;
    if (!PyArg_ParseTuple(args, "y#", &data, &n))
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    while (n > 0) {
        int used = frame_decode(data, n);
        if (used < 0) {
            Py_BLOCK_THREADS
            PyErr_Format(PyExc_ValueError, "bad frame, %zd left", n); // ok: gilray-detached-api-call  blocked
            return NULL;                                              // ok: gilray-region-escape  attached
        }
        data += used;
        n -= used;
    }
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
