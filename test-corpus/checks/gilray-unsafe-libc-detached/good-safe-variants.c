// corpus: check=* py=3.9..
// The reentrant forms, attached use, and globals that need no lock.
#include <Python.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

static const int limits[] = {1, 2, 3};
static _Thread_local int depth;
static _Atomic int calls;
static int guarded;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

int device_probe(int n);

PyObject *probe(PyObject *self, PyObject *args)
{
    struct tm parts;
    char line[] = "a b", *rest, text[64];
    time_t now = time(NULL);
    int rc;
    Py_BEGIN_ALLOW_THREADS
    localtime_r(&now, &parts); // ok: gilray-unsafe-libc-detached  reentrant
    strtok_r(line, " ", &rest); // ok: gilray-unsafe-libc-detached  reentrant
    rc = device_probe(limits[1]); // ok: gilray-unsafe-libc-detached  constant
    depth++; // ok: gilray-unsafe-libc-detached  one per thread
    calls++; // ok: gilray-unsafe-libc-detached  atomic
    pthread_mutex_lock(&mutex);
    guarded = rc; // ok: gilray-unsafe-libc-detached  under a lock of its own
    pthread_mutex_unlock(&mutex);
    Py_END_ALLOW_THREADS
    if (rc < 0)
        snprintf(text, sizeof text, "%s", strerror(errno)); // ok: gilray-unsafe-libc-detached  attached
    return PyLong_FromLong(rc);
}
