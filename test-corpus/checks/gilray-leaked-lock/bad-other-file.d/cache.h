#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyMutex lock;
    PyObject *last;
} Cache;

void cache_enter(Cache *c);
void cache_leave(Cache *c);
