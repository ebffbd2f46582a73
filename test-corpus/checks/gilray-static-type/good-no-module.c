// corpus: check=gilray-static-type gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot"
#include <Python.h>

// A program that embeds Python, or one file of an extension: nothing here declares anything for interpreters.
static PyTypeObject Host_Type = { // ok: gilray-*
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "host.Host",
    .tp_basicsize = sizeof(PyObject),
};
static PyObject *last_result; // ok: gilray-*
static int runs;              // ok: gilray-*

int run_script(const char *text)
{
    runs++;
    if (PyType_Ready(&Host_Type) < 0)
        return -1;
    PyObject *globals = PyDict_New();
    Py_XSETREF(last_result, PyRun_String(text, Py_file_input, globals, globals));
    Py_DECREF(globals);
    return last_result ? 0 : -1;
}
