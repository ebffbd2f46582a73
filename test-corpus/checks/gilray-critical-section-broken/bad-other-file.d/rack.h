#include <Python.h>

typedef struct {
    PyObject_HEAD
    int count;
    PyObject *slots[8];
} Rack;

int rack_ask(PyObject *callback);
