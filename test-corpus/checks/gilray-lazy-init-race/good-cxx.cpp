// corpus: check=gilray-lazy-init-race py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>
#include <mutex>
#include <vector>

// C++ initialises a static local once, under a lock of its own; call_once and thread_local need none.
static std::once_flag flag;
static int *cells;
static thread_local int *mine;

static std::vector<int> &table()
{
    static std::vector<int> made(256); // ok: gilray-lazy-init-race
    return made;
}

static PyObject *size(PyObject *, PyObject *)
{
    std::call_once(flag, [] { cells = new int[16](); }); // ok: gilray-lazy-init-race
    if (!mine)                                           // ok: gilray-lazy-init-race  one per thread
        mine = new int(0);
    return PyLong_FromSize_t(table().size() + cells[0] + *mine);
}

static PyMethodDef methods[] = {{"size", size, METH_NOARGS, NULL}, {nullptr, nullptr, 0, nullptr}};
static PyModuleDef_Slot slots[] = {{Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
