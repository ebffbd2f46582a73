#include <Python.h>

struct reel;
int reel_next(reel *r);
void reel_free(reel *r);

struct reader {
    PyObject_HEAD
    reel *r;
};

PyObject *reader_close(PyObject *op, PyObject *);
