// corpus: check=gilray-lazy-init-race py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>

// Tested and set without a lock: in a function's own static, in a helper, behind a flag.
static PyObject *units;
static PyObject *codecs;
static int ready;
static double scale;

static PyObject *make_codecs(void)
{
    codecs = PyDict_New();
    return codecs;
}

static PyObject *convert(PyObject *self, PyObject *arg)
{
    static PyObject *name = NULL;
    if (name == NULL) // expect: gilray-lazy-init-race "'name' of 'convert' is set on first use"
        name = PyUnicode_InternFromString("convert");
    if (!units) // expect: gilray-lazy-init-race "thread 1: 'units' was found unset and is set here"
        units = PyDict_New();
    if (codecs == NULL && make_codecs() == NULL) // expect: gilray-lazy-init-race "'codecs'"
        return NULL;
    if (!ready) { // expect: gilray-lazy-init-race "'ready'"
        scale = 2.5; // expect: gilray-unguarded-global "'scale'"
        ready = 1;
    }
    return PyNumber_Multiply(arg, PyFloat_FromDouble(scale));
}

static PyMethodDef methods[] = {{"convert", convert, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {{Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
