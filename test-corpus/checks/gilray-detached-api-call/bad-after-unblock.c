// corpus: check=gilray-detached-api-call py=3.9..
// Between BLOCK and UNBLOCK the region is attached; after UNBLOCK it is not.
#include <Python.h>

int codec_step(void *codec);

PyObject *decode(PyObject *self, PyObject *log)
{
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = codec_step(NULL);
    if (rc < 0) {
        Py_BLOCK_THREADS
        PyErr_SetString(PyExc_ValueError, "bad input"); // ok: gilray-detached-api-call  after Py_BLOCK_THREADS
        Py_UNBLOCK_THREADS
        PyList_Append(log, Py_None); // expect: gilray-detached-api-call "PyList_Append"
    }
    Py_END_ALLOW_THREADS
    return rc < 0 ? NULL : PyLong_FromLong(rc);
}
