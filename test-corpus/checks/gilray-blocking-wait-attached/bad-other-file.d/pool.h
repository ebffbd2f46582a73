#include <Python.h>
#include <pthread.h>

typedef struct {
    pthread_t threads[4];
    PyObject *task;
} Pool;

void pool_start(Pool *pool);
void pool_join(Pool *pool);
