// corpus: check=gilray-lazy-init-race py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>
#include <mutex>

// A member that is made on first use, and double-checked locking with a guard.
struct Registry {
    static Registry *instance();
    static Registry *made;
    int size = 0;
};
Registry *Registry::made = nullptr;
static std::mutex lock;
static int *cells;

Registry *Registry::instance()
{
    if (!made) // expect: gilray-lazy-init-race "set on first use"
        made = new Registry;
    return made;
}

static PyObject *size(PyObject *, PyObject *)
{
    if (!cells) { // expect: gilray-lazy-init-race "double-checked locking of 'cells'"
        std::lock_guard<std::mutex> guard(lock);
        if (!cells)
            cells = new int[16];
    }
    return PyLong_FromLong(Registry::instance()->size + cells[0]);
}

static PyMethodDef methods[] = {{"size", size, METH_NOARGS, NULL}, {nullptr, nullptr, 0, nullptr}};
static PyModuleDef_Slot slots[] = {{Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
