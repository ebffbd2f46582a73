#include <Python.h>

static PyObject *units;

PyObject *get_units(void)
{
    if (units == NULL) // expect: gilray-lazy-init-race "thread 1: 'get_units' is called here"
        units = PyDict_New();
    return units;
}
