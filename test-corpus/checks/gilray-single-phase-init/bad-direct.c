// corpus: check=gilray-single-phase-init gilray="--checks=gilray-single-phase-init"
// The module object is made by the init function.
#include <Python.h>

static struct PyModuleDef kiln = {PyModuleDef_HEAD_INIT, .m_name = "kiln", .m_size = -1};

PyMODINIT_FUNC PyInit_kiln(void)
{
    PyObject *module = PyModule_Create(&kiln); // expect: gilray-single-phase-init "m_size -1"
    if (module && PyModule_AddIntConstant(module, "celsius", 1200) < 0)
        Py_CLEAR(module);
    return module;
}
