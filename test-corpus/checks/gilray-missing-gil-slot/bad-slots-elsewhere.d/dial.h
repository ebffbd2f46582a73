#include <Python.h>

extern PyModuleDef_Slot dial_slots[];
PyObject *dial_create(struct PyModuleDef *definition);
