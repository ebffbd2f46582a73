// corpus: check=gilray-malformed-slots py=3.9.. gilray="--checks=gilray-malformed-slots"
// PyModule_Create does not know slots.
#include <Python.h>

static PyModuleDef_Slot slots[] = {{0, NULL}};
static struct PyModuleDef loom = {PyModuleDef_HEAD_INIT, .m_name = "loom", .m_slots = slots};

PyMODINIT_FUNC PyInit_loom(void)
{
    return PyModule_Create(&loom); // expect: gilray-malformed-slots "PyModule_Create refuses"
}
