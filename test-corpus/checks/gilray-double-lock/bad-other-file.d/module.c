// corpus: check=gilray-double-lock py=3.9..
#include "log.h"

static PyObject *report(PyObject *self, PyObject *unused)
{
    log_enter();
    log_line("report"); // expect: gilray-double-lock
    log_leave();
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"report", report, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
