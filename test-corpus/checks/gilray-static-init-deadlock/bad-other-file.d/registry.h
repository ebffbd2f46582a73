#include <Python.h>

PyObject *make_registry();
