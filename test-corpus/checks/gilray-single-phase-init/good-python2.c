// corpus: check=* py=2.7 variants=gil
// Python 2 has no other way.
#include <Python.h>

static PyMethodDef methods[] = {{NULL, NULL, 0, NULL}};

PyMODINIT_FUNC initkiln(void)
{
    Py_InitModule3("kiln", methods, "ceramics"); // ok: gilray-single-phase-init
}
