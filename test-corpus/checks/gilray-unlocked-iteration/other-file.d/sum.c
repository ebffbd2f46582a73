#include <Python.h>

long sum_of(PyObject *dict)
{
    PyObject *key, *value;
    Py_ssize_t pos = 0;
    long all = 0;
    while (PyDict_Next(dict, &pos, &key, &value)) // expect: gilray-unlocked-iteration "thread 1: 'sum_of' is called here"
        all += PyLong_AsLong(value);
    return all;
}
