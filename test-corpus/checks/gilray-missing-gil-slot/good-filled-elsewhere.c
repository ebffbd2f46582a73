// corpus: check=* py=3.13..
// A function of another library fills the array: what is in it cannot be known.
#include <Python.h>

void dial_fill_slots(PyModuleDef_Slot *slots, int size);

static PyModuleDef_Slot slots[8] = {{0, NULL}};
static struct PyModuleDef dial = {PyModuleDef_HEAD_INIT, .m_name = "dial", .m_slots = slots};

PyMODINIT_FUNC PyInit_dial(void)
{
    dial_fill_slots(slots, 8); // ok: gilray-missing-gil-slot  unknown is not missing
    return PyModuleDef_Init(&dial);
}
