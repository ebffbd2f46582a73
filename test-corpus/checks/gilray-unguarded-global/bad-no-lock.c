// corpus: check=gilray-unguarded-global py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>
#include <string.h>

// Static storage that two threads write at once: numbers, buffers, references, through pointers.
static long calls;
static char last_name[32];
static PyObject *last;

static void note(char *into, const char *name) { strncpy(into, name, 31); }

static PyObject *record(PyObject *self, PyObject *arg)
{
    calls++;                               // expect: gilray-unguarded-global "'calls' is written by several threads"
    note(last_name, PyUnicode_AsUTF8(arg)); // expect: gilray-unguarded-global "'last_name'"
    Py_XSETREF(last, Py_NewRef(arg));      // expect: gilray-unguarded-global "thread 2: 'last' is read here"
    Py_RETURN_NONE;
}

static PyObject *report(PyObject *self, PyObject *ignored)
{
    return Py_BuildValue("lsO", calls, last_name, last ? last : Py_None);
}

static PyMethodDef methods[] = {{"record", record, METH_O, NULL}, {"report", report, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {{Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
