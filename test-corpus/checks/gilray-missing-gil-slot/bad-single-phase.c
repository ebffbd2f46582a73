// corpus: check=gilray-missing-gil-slot
// Without slots the declaration is a call, and it is missing.
#include <Python.h>

static struct PyModuleDef dial = {PyModuleDef_HEAD_INIT, .m_name = "dial", .m_size = 0};

PyMODINIT_FUNC PyInit_dial(void)
{
    // expect@+2: gilray-single-phase-init
    // expect(py>=3.13)@+1: gilray-missing-gil-slot "dial"
    return PyModule_Create(&dial);
}
