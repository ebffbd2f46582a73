// corpus: check=* py=3.13..
// The slots are filled in by the init function.
#include <Python.h>

static PyModuleDef_Slot slots[3];
static struct PyModuleDef dial = {PyModuleDef_HEAD_INIT, .m_name = "dial", .m_slots = slots};

PyMODINIT_FUNC PyInit_dial(void)
{
    slots[0].slot = Py_mod_multiple_interpreters;
    slots[0].value = Py_MOD_PER_INTERPRETER_GIL_SUPPORTED;
    slots[1].slot = Py_mod_gil; // ok: gilray-missing-gil-slot
    slots[1].value = Py_MOD_GIL_USED;
    return PyModuleDef_Init(&dial);
}
