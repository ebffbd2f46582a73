// corpus: check=gilray-malformed-slots py=3.13.. variants=gil flags="-DPy_LIMITED_API=0x03090000"
// The oldest Python of the limited API does not know the slot.
#include <Python.h>

static PyModuleDef_Slot slots[] = {
    {3, (void *)2}, // expect: gilray-malformed-slots "unknown to Python 3.9"
    {0, NULL},
};
static struct PyModuleDef loom = {PyModuleDef_HEAD_INIT, .m_name = "loom", .m_slots = slots};

PyMODINIT_FUNC PyInit_loom(void) { return PyModuleDef_Init(&loom); }
