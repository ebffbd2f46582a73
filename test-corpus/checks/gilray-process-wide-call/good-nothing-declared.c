// corpus: check=gilray-process-wide-call gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot"
#include <Python.h>
#include <locale.h>

static PyObject *plain_numbers(PyObject *self, PyObject *ignored)
{
    setlocale(LC_NUMERIC, "C"); // ok: gilray-process-wide-call  the module promises nothing
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"plain_numbers", plain_numbers, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {{0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
