#include <Python.h>

static PyModuleDef_Slot slots[] = { // expect: gilray-missing-interpreters-slot "module 'wave'"
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};
static struct PyModuleDef wave = {PyModuleDef_HEAD_INIT, .m_name = "sea.wave", .m_slots = slots};

PyMODINIT_FUNC PyInit_wave(void) { return PyModuleDef_Init(&wave); }
