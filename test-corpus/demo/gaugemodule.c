/* The module pressuregauge: one type, Gauge, on top of the sensor. */
#include "gauge.h"

typedef struct {
    PyObject_HEAD
    sensor *source;
    double last; /* the latest measurement */
} gauge;

/* Gauge(start=1013.25) */
static PyObject *gauge_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"start", NULL};
    double start = 1013.25;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|d", names, &start))
        return NULL;
    gauge *self = (gauge *)type->tp_alloc(type, 0);
    if (!self)
        return NULL;
    self->last = start;
    self->source = sensor_open(start);
    if (!self->source) {
        Py_DECREF(self);
        return PyErr_NoMemory();
    }
    return (PyObject *)self;
}

/* A watching thread may still use the sensor, so it is left open. */
static void gauge_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    type->tp_free(op);
    Py_DECREF(type);
}

/* read() -> float: waits for the next measurement. */
static PyObject *gauge_read(PyObject *op, PyObject *unused)
{
    gauge *self = (gauge *)op;
    double pressure;
    int status;
    Py_BEGIN_ALLOW_THREADS
    status = sensor_read(self->source, &pressure);
    Py_END_ALLOW_THREADS
    if (status < 0) {
        PyErr_SetString(PyExc_OSError, "the sensor gave no value");
        return NULL;
    }
    self->last = pressure;
    return PyFloat_FromDouble(pressure);
}

/* wait_below(limit, turns=1000) -> bool: waits until the pressure has fallen below the limit. */
static PyObject *gauge_wait_below(PyObject *op, PyObject *args)
{
    gauge *self = (gauge *)op;
    double limit, pressure = 0;
    int turns = 1000, found = 0;
    if (!PyArg_ParseTuple(args, "d|i", &limit, &turns))
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    while (turns-- > 0 && !found) {
        if (sensor_read(self->source, &pressure) < 0)
            return NULL;
        self->last = pressure;
        found = pressure < limit;
    }
    Py_END_ALLOW_THREADS
    return PyBool_FromLong(found);
}

/* average(count) -> float: the mean of some measurements. */
static PyObject *gauge_average(PyObject *op, PyObject *arg)
{
    gauge *self = (gauge *)op;
    double sum = 0, pressure;
    int failed = 0;
    long count = PyLong_AsLong(arg);
    if (count < 1) {
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_ValueError, "count must be positive");
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS
    for (long i = 0; i < count && !failed; i++) {
        if (sensor_read(self->source, &pressure) < 0) {
            Py_BLOCK_THREADS
            PyErr_Format(PyExc_OSError, "no value after %ld of %ld measurements", i, count);
            failed = 1;
        }
        sum += pressure;
    }
    Py_END_ALLOW_THREADS
    return failed ? NULL : PyFloat_FromDouble(sum / (double)count);
}

/* climb(count) -> float: how many metres lie between the highest and the lowest of some measurements. */
static PyObject *gauge_climb(PyObject *op, PyObject *arg)
{
    gauge *self = (gauge *)op;
    double pressure, metres, lowest = 1e9, highest = -1e9;
    long count = PyLong_AsLong(arg);
    int status = 0;
    if (count == -1 && PyErr_Occurred())
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    while (count-- > 0 && status == 0) {
        status = sensor_read(self->source, &pressure);
        if (status == 0)
            status = sensor_altitude(pressure, &metres);
        if (status == 0) {
            lowest = metres < lowest ? metres : lowest;
            highest = metres > highest ? metres : highest;
        }
    }
    Py_END_ALLOW_THREADS
    return status < 0 ? NULL : PyFloat_FromDouble(highest - lowest);
}

/* altitude() -> float: the height that belongs to the latest measurement, in metres. */
static PyObject *gauge_altitude(PyObject *op, PyObject *unused)
{
    double metres;
    if (sensor_altitude(((gauge *)op)->last, &metres) < 0)
        return NULL;
    return PyFloat_FromDouble(metres);
}

/* watch(limit, callback): calls callback(pressure) from another thread until it returns false. */
static PyObject *gauge_watch(PyObject *op, PyObject *args)
{
    double limit;
    PyObject *callback;
    if (!PyArg_ParseTuple(args, "dO", &limit, &callback))
        return NULL;
    if (sensor_watch(((gauge *)op)->source, limit, callback) < 0)
        return NULL;
    Py_RETURN_NONE;
}

static PyMethodDef gauge_methods[] = {
    {"read", gauge_read, METH_NOARGS, "Wait for the next measurement and return it."},
    {"wait_below", gauge_wait_below, METH_VARARGS, "Wait until the pressure is below a limit."},
    {"average", gauge_average, METH_O, "Return the mean of some measurements."},
    {"climb", gauge_climb, METH_O, "Return the height difference within some measurements."},
    {"altitude", gauge_altitude, METH_NOARGS, "Return the height of the latest measurement."},
    {"watch", gauge_watch, METH_VARARGS, "Call a function whenever the pressure is below a limit."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot gauge_slots[] = {
    {Py_tp_new, gauge_new},
    {Py_tp_dealloc, gauge_dealloc},
    {Py_tp_methods, gauge_methods},
    {0, NULL},
};

static PyType_Spec gauge_spec = {"pressuregauge.Gauge", sizeof(gauge), 0, Py_TPFLAGS_DEFAULT, gauge_slots};

static int module_exec(PyObject *module)
{
    PyObject *type = PyType_FromSpec(&gauge_spec);
    if (!type)
        return -1;
    int status = PyModule_AddObject(module, "Gauge", type);
    if (status < 0)
        Py_DECREF(type);
    return status;
}

static PyModuleDef_Slot module_slots[] = {{Py_mod_exec, module_exec}, {0, NULL}};
static PyModuleDef module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "pressuregauge",
    .m_doc = "A simulated pressure gauge.",
    .m_slots = module_slots,
};

PyMODINIT_FUNC PyInit_pressuregauge(void) { return PyModuleDef_Init(&module); }
