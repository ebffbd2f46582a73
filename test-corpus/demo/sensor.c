/* A pressure sensor, simulated: the values come from a formula, the waiting is real. */
#include "gauge.h"
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

struct sensor {
    double start;
    atomic_int turn;
};

struct watch {
    sensor *source;
    double limit;
    PyObject *callback;
};

sensor *sensor_open(double start)
{
    sensor *s = malloc(sizeof *s);
    if (s) {
        s->start = start;
        atomic_init(&s->turn, 0);
    }
    return s;
}

void sensor_close(sensor *s) { free(s); }

int sensor_read(sensor *s, double *pressure)
{
    struct timespec delay = {0, 2 * 1000 * 1000};
    int turn = atomic_fetch_add(&s->turn, 1);
    nanosleep(&delay, NULL);
    *pressure = s->start + 15.0 * sin(turn / 20.0);
    return isnan(*pressure) ? -1 : 0;
}

int sensor_altitude(double pressure, double *metres)
{
    if (pressure <= 0) {
        PyErr_Format(PyExc_ValueError, "no air at a pressure of %d hPa", (int)pressure);
        return -1;
    }
    *metres = 44330.0 * (1.0 - pow(pressure / 1013.25, 0.1903));
    return 0;
}

/* Hands one value to Python; -1 asks the watching thread to stop. */
static int deliver(struct watch *w, double pressure)
{
    PyGILState_STATE gil = PyGILState_Ensure();
    PyObject *answer = PyObject_CallFunction(w->callback, "d", pressure);
    if (!answer) {
        PyErr_WriteUnraisable(w->callback);
        return -1;
    }
    int more = PyObject_IsTrue(answer);
    Py_DECREF(answer);
    PyGILState_Release(gil);
    return more > 0 ? 0 : -1;
}

static void *watch_thread(void *arg)
{
    struct watch *w = arg;
    double pressure;
    while (sensor_read(w->source, &pressure) == 0) {
        if (pressure < w->limit && deliver(w, pressure) < 0)
            break;
    }
    Py_DECREF(w->callback);
    free(w);
    return NULL;
}

int sensor_watch(sensor *s, double limit, PyObject *callback)
{
    pthread_t thread;
    struct watch *w = malloc(sizeof *w);
    if (!w) {
        PyErr_NoMemory();
        return -1;
    }
    w->source = s;
    w->limit = limit;
    w->callback = callback;
    Py_INCREF(callback);
    if (pthread_create(&thread, NULL, watch_thread, w) != 0) {
        PyErr_SetString(PyExc_RuntimeError, "cannot start the watching thread");
        Py_DECREF(callback);
        free(w);
        return -1;
    }
    pthread_detach(thread);
    return 0;
}
