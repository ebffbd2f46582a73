#include <Python.h>
#include <pthread.h>

typedef struct {
    pthread_mutex_t lock;
    PyObject *on_data;
    int pending;
} Device;

extern Device device;
void device_lock(Device *d);
void device_unlock(Device *d);
void *device_loop(void *context);
