#include "device.h"

void device_lock(Device *d) { pthread_mutex_lock(&d->lock); }
void device_unlock(Device *d) { pthread_mutex_unlock(&d->lock); }

static void deliver(Device *d)
{
    PyGILState_STATE state = PyGILState_Ensure();
    Py_XDECREF(PyObject_CallNoArgs(d->on_data));
    PyGILState_Release(state);
}

void *device_loop(void *context)
{
    Device *d = context;
    device_lock(d);
    deliver(d);
    device_unlock(d);
    return NULL;
}
