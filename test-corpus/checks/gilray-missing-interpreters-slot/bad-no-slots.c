// corpus: check=gilray-missing-interpreters-slot py=3.12..
// A definition without any slots is multi-phase, too.
#include <Python.h>

// expect(py>=3.13)@+2: gilray-missing-gil-slot
// expect@+1: gilray-missing-interpreters-slot
static struct PyModuleDef tide = {PyModuleDef_HEAD_INIT, .m_name = "tide"};

PyMODINIT_FUNC PyInit_tide(void) { return PyModuleDef_Init(&tide); }
