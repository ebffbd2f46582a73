// corpus: check=* py=3.9.. gilray="--checks=*,-gilray-missing-*"
// m_free and m_clear run while the interpreter still exists.
#include <Python.h>

typedef struct {
    PyObject *cache;
} state;

static int module_clear(PyObject *module)
{
    Py_CLEAR(((state *)PyModule_GetState(module))->cache); // ok: gilray-attach-after-finalize  attached
    return 0;
}
static void module_free(void *module) { module_clear((PyObject *)module); } // ok: gilray-attach-after-finalize

static PyModuleDef_Slot slots[] = {{0, NULL}};
static PyModuleDef module = {
    PyModuleDef_HEAD_INIT, .m_name = "cache", .m_size = sizeof(state), .m_slots = slots,
    .m_clear = module_clear, .m_free = module_free,
};

PyMODINIT_FUNC PyInit_cache(void)
{
    return PyModuleDef_Init(&module);
}
