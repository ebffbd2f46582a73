// corpus: check=* py=3.13..
// What is promised is kept: constants and module state only.
#include <Python.h>

struct state {
    long calls;
};
static const char *const unit = "metres";

static int exec_scout(PyObject *module)
{
    struct state *state = PyModule_GetState(module);
    state->calls = 0;
    return PyModule_AddStringConstant(module, "unit", unit);
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, exec_scout},
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED}, // ok: gilray-contradicted-slot
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},                                    // ok: gilray-contradicted-slot
    {0, NULL},
};
static struct PyModuleDef scout = {
    PyModuleDef_HEAD_INIT, .m_name = "scout", .m_size = sizeof(struct state), .m_slots = slots};

PyMODINIT_FUNC PyInit_scout(void) { return PyModuleDef_Init(&scout); }
