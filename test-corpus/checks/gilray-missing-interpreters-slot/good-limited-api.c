// corpus: check=* py=3.13.. variants=gil flags="-DPy_LIMITED_API=0x03090000"
// The limited API of 3.9 has no such slot.
#include <Python.h>

static PyModuleDef_Slot slots[] = { // ok: gilray-missing-interpreters-slot
    {0, NULL},
};
static struct PyModuleDef tide = {PyModuleDef_HEAD_INIT, .m_name = "tide", .m_slots = slots};

PyMODINIT_FUNC PyInit_tide(void) { return PyModuleDef_Init(&tide); }
