// corpus: check=gilray-double-detach py=3.9..
// After Py_BLOCK_THREADS the end of the region restores a second time: the thread waits for itself.
#include <Python.h>

int scan(const char *line);

PyObject *scan_line(PyObject *self, PyObject *arg)
{
    const char *line = PyUnicode_AsUTF8(arg);
    int rc;
    if (!line)
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    rc = scan(line);
    if (rc < 0) {
        Py_BLOCK_THREADS
        PyErr_SetString(PyExc_ValueError, line);
    }
    Py_END_ALLOW_THREADS // expect: gilray-double-detach
    return rc < 0 ? NULL : PyLong_FromLong(rc);
}
