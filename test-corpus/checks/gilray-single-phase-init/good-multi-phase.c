// corpus: check=gilray-single-phase-init py=3.9.. gilray="--checks=gilray-single-phase-init"
// Two phases; the submodule that the exec function makes is not what the init function returns.
#include <Python.h>

static struct PyModuleDef inner = {PyModuleDef_HEAD_INIT, .m_name = "kiln.inner", .m_size = 0};

static int exec_kiln(PyObject *module)
{
    PyObject *sub = PyModule_Create(&inner); // ok: gilray-single-phase-init  a submodule
    if (!sub)
        return -1;
    int failed = PyModule_AddObject(module, "inner", sub);
    if (failed)
        Py_DECREF(sub);
    return failed;
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, exec_kiln}, {0, NULL}};
static struct PyModuleDef kiln = {PyModuleDef_HEAD_INIT, .m_name = "kiln", .m_slots = slots};

PyMODINIT_FUNC PyInit_kiln(void) { return PyModuleDef_Init(&kiln); }
