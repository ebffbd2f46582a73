// corpus: check=gilray-single-phase-init gilray="--checks=gilray-single-phase-init"
// One source for Python 2 and 3: names, creation and return are macros.
#include <Python.h>

#if PY_MAJOR_VERSION >= 3
#define INIT_NAME PyInit_kiln
#define CREATE_MODULE PyModule_Create(&kiln)
#define RETURN_MODULE return m
static struct PyModuleDef kiln = {PyModuleDef_HEAD_INIT, .m_name = "kiln", .m_size = 0};
#else
#define INIT_NAME initkiln
#define CREATE_MODULE Py_InitModule("kiln", NULL)
#define RETURN_MODULE return
#endif

PyMODINIT_FUNC INIT_NAME(void)
{
    PyObject *m = CREATE_MODULE; // expect: gilray-single-phase-init "module 'kiln'"
    RETURN_MODULE;
}
