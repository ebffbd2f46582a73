// corpus: check=gilray-detached-api-call py=3.9..
// A call through a field resolves to the functions stored in that field.
#include <Python.h>

typedef struct {
    const char *name;
    int (*open)(const char *path);
} driver;

static int open_checked(const char *path)
{
    if (path[0] == '\0') {
        PyErr_SetString(PyExc_ValueError, "empty path");
        return -1;
    }
    return 0;
}

static const driver file_driver = {"file", open_checked};

PyObject *open_attached(PyObject *self, PyObject *arg)
{
    return open_checked(PyUnicode_AsUTF8(arg)) < 0 ? NULL : PyLong_FromLong(0);
}

PyObject *open_path(PyObject *self, PyObject *arg)
{
    const driver *used = &file_driver;
    const char *path = PyUnicode_AsUTF8(arg);
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = used->open(path); // expect: gilray-detached-api-call "open"
    Py_END_ALLOW_THREADS
    return rc < 0 ? NULL : PyLong_FromLong(rc);
}
