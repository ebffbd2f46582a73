// corpus: check=gilray-missing-gil-slot py=3.12..
// The definition is here, its slots are in another file.
#include "dial.h"

static struct PyModuleDef dial = {PyModuleDef_HEAD_INIT, .m_name = "dial", .m_slots = dial_slots};

PyMODINIT_FUNC PyInit_dial(void) { return dial_create(&dial); }
