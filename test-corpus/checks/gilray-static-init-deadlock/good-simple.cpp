// corpus: check=gilray-static-init-deadlock py=3.10..
// Initialisers that only compute or allocate, and one that runs while the module is imported.
#include <Python.h>
#include <string>

static PyObject *name(PyObject *, PyObject *)
{
    static const std::string prefix = std::string("gauge") + "-"; // ok: gilray-static-init-deadlock
    static PyObject *text = PyUnicode_InternFromString("gauge");  // ok: gilray-static-init-deadlock  allocates only
    return prefix.empty() ? nullptr : Py_NewRef(text);
}

static PyMethodDef methods[] = {{"name", name, METH_NOARGS, nullptr}, {nullptr, nullptr, 0, nullptr}};

static int module_exec(PyObject *module)
{
    static PyObject *warnings = PyImport_ImportModule("warnings"); // ok: gilray-static-init-deadlock  at import
    return warnings ? PyModule_AddObjectRef(module, "warnings", warnings) : -1;
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, reinterpret_cast<void *>(module_exec)}, {0, nullptr}};

PyModuleDef gauge_module = {PyModuleDef_HEAD_INIT, "gauge", nullptr, 0, methods, slots, nullptr, nullptr, nullptr};
