// corpus: check=gilray-process-wide-call py=3.12.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot"
#include <Python.h>
#include <locale.h>
#include <sys/stat.h>

static void plain_numbers(void)
{
    setlocale(LC_NUMERIC, "C"); // expect: gilray-process-wide-call "'setlocale' changes the whole process"
}

static PyObject *make_private(PyObject *self, PyObject *ignored)
{
    mode_t old = umask(077); // expect: gilray-process-wide-call "'umask'"
    plain_numbers();
    umask(old); // ok: gilray-process-wide-call  told once per function
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"make_private", make_private, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
    {0, NULL},
};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
