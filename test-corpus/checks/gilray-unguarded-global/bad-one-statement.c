// corpus: check=gilray-unguarded-global py=3.13.. variants=nogil gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global,-gilray-single-phase-init"
// Many variables that one statement writes are one finding.
#include <Python.h>

static PyObject *on_read, *on_write;

static PyObject *install(PyObject *self, PyObject *args)
{
    if (!PyArg_ParseTuple(args, "OO", &on_read, &on_write)) // expect: gilray-unguarded-global "so is 'on_write'"
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *fire(PyObject *self, PyObject *unused)
{
    if (on_write == NULL || on_read == NULL)
        return PyErr_Format(PyExc_RuntimeError, "not installed");
    return PyObject_CallFunctionObjArgs(on_read, on_write, NULL);
}

static PyMethodDef methods[] = {{"install", install, METH_VARARGS, NULL}, {"fire", fire, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {{Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
