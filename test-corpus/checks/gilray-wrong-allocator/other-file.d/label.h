#ifndef LABEL_H
#define LABEL_H

#include <Python.h>

typedef struct {
    PyObject_HEAD
    char *text;
} Label;

#endif
