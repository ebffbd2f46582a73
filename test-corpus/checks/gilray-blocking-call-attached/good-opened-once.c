// corpus: check=gilray-blocking-call-attached py=3.9..
// Opening and closing a file, buffered lines, uncontended locks.
#include <Python.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int uses;

PyObject *first_line(PyObject *self, PyObject *arg)
{
    char line[256] = "";
    const char *name = PyUnicode_AsUTF8(arg);
    if (!name)
        return NULL;
    FILE *file = fopen(name, "r");                // ok: gilray-blocking-call-attached  opened once
    if (!file)
        return PyErr_SetFromErrno(PyExc_OSError);
    if (!fgets(line, sizeof line, file))          // ok: gilray-blocking-call-attached  a line
        line[0] = 0;
    fclose(file);                                 // ok: gilray-blocking-call-attached
    pthread_mutex_lock(&lock);                    // ok: gilray-blocking-call-attached  short
    uses++;
    pthread_mutex_unlock(&lock);
    return PyUnicode_FromString(line);
}
