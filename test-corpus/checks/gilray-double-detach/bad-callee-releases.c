// corpus: check=gilray-double-detach py=3.9..
// The helper releases on its own and is called from a released region.
#include <Python.h>

int deflate_block(const char *data, Py_ssize_t n);
int upload(const char *data, Py_ssize_t n);

static int squeeze(const char *data, Py_ssize_t n)
{
    int rc;
    Py_BEGIN_ALLOW_THREADS // ok: gilray-double-detach  right for the attached caller
    rc = deflate_block(data, n);
    Py_END_ALLOW_THREADS
    return rc;
}

PyObject *send_blob(PyObject *self, PyObject *args)
{
    const char *data;
    Py_ssize_t n;
    int rc;
    if (!PyArg_ParseTuple(args, "y#", &data, &n))
        return NULL;
    rc = squeeze(data, n); // ok: gilray-double-detach  attached
    Py_BEGIN_ALLOW_THREADS
    if (rc > 0)
        rc = squeeze(data, n / 2); // expect: gilray-double-detach "squeeze"
    upload(data, n);
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(rc);
}
