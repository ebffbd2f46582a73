// Example code that several checks of this group show.
#ifndef GILRAY_RULES_MODULE_EXAMPLES_H
#define GILRAY_RULES_MODULE_EXAMPLES_H

#include "core/CheckInfo.h"

namespace gilray::rules {

inline constexpr Example BothSlots = {"both slots", R"c(#include <Python.h>

static PyModuleDef_Slot slots[] = {
#if PY_VERSION_HEX >= 0x030C0000
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
#if PY_VERSION_HEX >= 0x030D0000
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
)c"};

} // namespace gilray::rules

#endif
