// corpus: check=gilray-inconsistent-release py=3.9..
// The places that release are in another file.
#include <Python.h>
#include "meter.h"

PyObject *first(PyObject *self, PyObject *unused)
{
    return PyLong_FromLong(meter_query(1)); // expect: gilray-inconsistent-release "unlike 3 of 4 functions"
}
