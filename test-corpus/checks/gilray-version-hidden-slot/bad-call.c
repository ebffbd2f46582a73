// corpus: check=gilray-version-hidden-slot py=3.13.. variants=nogil gilray="--checks=gilray-version-hidden-slot"
// The call of single-phase modules behind a test that is too late.
#include <Python.h>

static struct PyModuleDef buoy = {PyModuleDef_HEAD_INIT, .m_name = "buoy", .m_size = 0};

PyMODINIT_FUNC PyInit_buoy(void)
{
    PyObject *module = PyModule_Create(&buoy);
#if defined(Py_GIL_DISABLED) && PY_VERSION_HEX >= 0x030E0000 // expect: gilray-version-hidden-slot "PyUnstable_Module_SetGIL"
    if (module)
        PyUnstable_Module_SetGIL(module, Py_MOD_GIL_NOT_USED);
#endif
    return module;
}
