/* The simulated pressure sensor (sensor.c) and what the Python side (gaugemodule.c) needs of it. */
#ifndef GAUGE_H
#define GAUGE_H

#include <Python.h>

typedef struct sensor sensor;

sensor *sensor_open(double start);
void sensor_close(sensor *s);

/* Waits for the next measurement, in hectopascal. Returns 0, or -1 if the sensor gave none. */
int sensor_read(sensor *s, double *pressure);

/* The barometric formula: height above sea level in metres. */
int sensor_altitude(double pressure, double *metres);

/* Calls callback(pressure) from a thread of its own whenever the pressure falls below limit. */
int sensor_watch(sensor *s, double limit, PyObject *callback);

#endif
