// corpus: check=gilray-contradicted-slot py=3.13.. gilray="--checks=gilray-contradicted-slot"
#include <Python.h>

// Two threads in methods of one object: both give up the same reference, one of the counts is lost.
typedef struct {
    PyObject_HEAD
    PyObject *source;
    Py_ssize_t count;
} Cursor;

static PyObject *cursor_close(PyObject *op, PyObject *ignored)
{
    Cursor *self = (Cursor *)op;
    Py_CLEAR(self->source);
    self->count++;
    Py_RETURN_NONE;
}

static PyMethodDef cursor_methods[] = {{"close", cursor_close, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyType_Slot cursor_slots[] = {{Py_tp_methods, cursor_methods}, {0, NULL}};
static PyType_Spec cursor_spec = {"demo.Cursor", sizeof(Cursor), 0, Py_TPFLAGS_DEFAULT, cursor_slots};

static int demo_exec(PyObject *module)
{
    PyObject *type = PyType_FromModuleAndSpec(module, &cursor_spec, NULL);
    return type ? PyModule_AddType(module, (PyTypeObject *)type) : -1;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, demo_exec},
    {Py_mod_gil, Py_MOD_GIL_NOT_USED}, // expect: gilray-contradicted-slot "'Cursor.source' speaks against it"
    {0, NULL},
};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
