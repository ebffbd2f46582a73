#include <Python.h>

int run_hook(PyObject *hook);
PyObject *describe(PyObject *event, PyObject *hook);
void keep(PyObject *object);
