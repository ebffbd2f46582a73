#include "pool.h"

static void *work(void *context)
{
    Pool *pool = context;
    PyGILState_STATE state = PyGILState_Ensure();
    Py_XDECREF(PyObject_CallNoArgs(pool->task));
    PyGILState_Release(state);
    return NULL;
}

void pool_start(Pool *pool)
{
    for (int i = 0; i < 4; i++)
        pthread_create(&pool->threads[i], NULL, work, pool);
}

void pool_join(Pool *pool)
{
    for (int i = 0; i < 4; i++)
        pthread_join(pool->threads[i], NULL); // expect: gilray-blocking-wait-attached
}
