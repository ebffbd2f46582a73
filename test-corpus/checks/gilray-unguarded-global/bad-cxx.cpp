// corpus: check=gilray-unguarded-global py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>
#include <map>
#include <mutex>
#include <string>

// A map behind a mutex that one of its users does not take.
namespace {
std::mutex lock;
std::map<std::string, int> sizes;
int generation;
} // namespace

static PyObject *set_size(PyObject *self, PyObject *arg)
{
    std::lock_guard<std::mutex> guard(lock);
    sizes["one"] = 1;
    generation++;
    Py_RETURN_NONE;
}

static PyObject *forget(PyObject *self, PyObject *)
{
    sizes.clear();        // expect: gilray-unguarded-global "::sizes' is written here in 'set_size', under a lock"
    if (generation > 100) // expect: gilray-unguarded-global "::generation' is used here without the lock"
        return nullptr;
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"set_size", set_size, METH_O, NULL}, {"forget", forget, METH_NOARGS, NULL}, {nullptr, nullptr, 0, nullptr}};
static PyModuleDef_Slot slots[] = {{Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
