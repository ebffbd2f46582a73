// corpus: check=* py=3.13..
// Up to 3.12 the module is another program, with an object that all interpreters share: it declares nothing there on purpose.
#include <Python.h>

#if PY_VERSION_HEX < 0x030D0000
static PyObject *last_seen;
#endif

static PyModuleDef_Slot slots[] = {
#if PY_VERSION_HEX >= 0x030D0000 // ok: gilray-version-hidden-slot
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};
static struct PyModuleDef buoy = {PyModuleDef_HEAD_INIT, .m_name = "buoy", .m_slots = slots};

PyMODINIT_FUNC PyInit_buoy(void) { return PyModuleDef_Init(&buoy); }
