// corpus: check=gilray-missing-gil-slot py=3.13..
// The call that stands for the slot, in a helper; on builds with a GIL the preprocessor skips it.
#include <Python.h>

static struct PyModuleDef dial = {PyModuleDef_HEAD_INIT, .m_name = "dial", .m_size = 0};

static int set_up(PyObject *module)
{
#ifdef Py_GIL_DISABLED
    if (PyUnstable_Module_SetGIL(module, Py_MOD_GIL_USED) < 0)
        return -1;
#endif
    return PyModule_AddIntConstant(module, "steps", 12);
}

PyMODINIT_FUNC PyInit_dial(void)
{
    PyObject *module = PyModule_Create(&dial); // expect: gilray-single-phase-init
    if (module && set_up(module) < 0)
        Py_CLEAR(module);
    return module; // ok: gilray-missing-gil-slot
}
