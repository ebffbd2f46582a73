// corpus: check=gilray-unsafe-libc-detached py=3.9..
// readdir of a directory that the object shares between threads.
#include <Python.h>
#include <dirent.h>

typedef struct {
    PyObject_HEAD
    DIR *dir;
} walker;

PyObject *walker_next(PyObject *op)
{
    walker *self = (walker *)op;
    struct dirent *entry;
    Py_BEGIN_ALLOW_THREADS
    entry = readdir(self->dir); // expect: gilray-unsafe-libc-detached "readdir"
    Py_END_ALLOW_THREADS
    return entry ? PyUnicode_FromString(entry->d_name) : NULL;
}

PyObject *count_entries(PyObject *self, PyObject *arg)
{
    const char *path = PyUnicode_AsUTF8(arg);
    long n = 0;
    if (!path)
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    DIR *own = opendir(path);
    while (own && readdir(own)) // ok: gilray-unsafe-libc-detached  a directory nobody else has
        n++;
    if (own)
        closedir(own);
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(n);
}
