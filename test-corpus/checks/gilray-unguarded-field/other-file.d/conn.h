#ifndef CONN_H
#define CONN_H

#include <Python.h>
#include <pthread.h>

typedef struct {
    PyObject_HEAD
    pthread_mutex_t lock;
    int status;
} Conn;

void conn_fail(Conn *self);

#endif
