// corpus: check=gilray-borrowed-reference py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot"
#include <Python.h>

// The caller holds the section of the object, which keeps nobody away from a list among the arguments.
typedef struct {
    PyObject_HEAD
    long n;
} Font;

static PyObject *first_impl(PyObject *self, PyObject *args)
{
    PyObject *axes;
    if (!PyArg_ParseTuple(args, "O!", &PyList_Type, &axes))
        return NULL;
    PyObject *item = PyList_GetItem(axes, 0); // expect: gilray-borrowed-reference "from 'axes'"
    return item ? PyNumber_Float(item) : NULL;
}

static PyObject *first(PyObject *self, PyObject *args)
{
    PyObject *result;
    Py_BEGIN_CRITICAL_SECTION(self);
    result = first_impl(self, args);
    Py_END_CRITICAL_SECTION();
    return result;
}

static PyMethodDef methods[] = {{"first", first, METH_VARARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyType_Slot type_slots[] = {{Py_tp_methods, methods}, {0, NULL}};
static PyType_Spec spec = {"demo.Font", sizeof(Font), 0, Py_TPFLAGS_DEFAULT, type_slots};
static int demo_exec(PyObject *m)
{
    PyObject *type = PyType_FromModuleAndSpec(m, &spec, NULL);
    return type ? PyModule_Add(m, "Font", type) : -1;
}
static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
