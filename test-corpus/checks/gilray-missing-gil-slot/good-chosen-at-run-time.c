// corpus: check=* py=3.13..
// Which of two definitions is used is decided at run time.
#include <Python.h>
#include <stdlib.h>

static PyModuleDef_Slot parallel_slots[] = {
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};
static PyModuleDef_Slot slots[] = {{0, NULL}};
static struct PyModuleDef parallel_dial = {PyModuleDef_HEAD_INIT, .m_name = "dial", .m_slots = parallel_slots};
static struct PyModuleDef dial = {PyModuleDef_HEAD_INIT, .m_name = "dial", .m_slots = slots};

PyMODINIT_FUNC PyInit_dial(void)
{
    struct PyModuleDef *definition = getenv("DIAL_PARALLEL") ? &parallel_dial : &dial;
    return PyModuleDef_Init(definition); // ok: gilray-missing-gil-slot
}
