// corpus: check=* py=3.9..
// Every way out attaches first.
#include <Python.h>

int stage(int n);

PyObject *stages(PyObject *self, PyObject *args)
{
    int rc = 0;
    Py_BEGIN_ALLOW_THREADS
    for (int i = 0; i < 4; i++) {
        rc = stage(i);
        switch (rc) {
        case 0:
            continue; // ok: gilray-region-escape  stays in the region
        case 1:
            Py_BLOCK_THREADS
            return PyLong_FromLong(i); // ok: gilray-region-escape  after Py_BLOCK_THREADS
        default:
            Py_BLOCK_THREADS
            goto failed; // ok: gilray-region-escape  likewise
        }
    }
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
failed:
    return PyErr_Format(PyExc_RuntimeError, "stage %d", rc); // ok: gilray-*  attached
}
