// corpus: check=gilray-signal-handler-api py=3.9..
// Output, memory and locks of libc are not async-signal-safe either.
#include <Python.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static char *last;

static void on_usr1(int signo)
{
    printf("signal %d\n", signo); // expect: gilray-signal-handler-api "printf"
}
static void on_usr2(int signo)
{
    last = malloc(16); // expect: gilray-signal-handler-api "malloc"; expect(nogil): gilray-unguarded-global "last"
}
static void on_hup(int signo)
{
    pthread_mutex_lock(&mutex); // expect: gilray-signal-handler-api "pthread_mutex_lock"
    last = NULL;
    pthread_mutex_unlock(&mutex);
}

PyObject *install(PyObject *self, PyObject *args)
{
    signal(SIGUSR1, on_usr1);
    signal(SIGUSR2, on_usr2);
    signal(SIGHUP, on_hup);
    Py_RETURN_NONE;
}
