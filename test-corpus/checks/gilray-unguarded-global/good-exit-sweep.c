// corpus: check=gilray-unguarded-global py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>

// What Py_AtExit runs is alone, also when it is registered at the first use and not while the module is created.
static PyMutex lock;
static int registered;
static long open_files; // ok: gilray-unguarded-global  written under the lock, and at the exit

static void sweep(void)
{
    open_files = 0;
}

static PyObject *open_file(PyObject *self, PyObject *ignored)
{
    PyMutex_Lock(&lock);
    open_files++;
    if (!registered) {
        registered = 1;
        Py_AtExit(sweep);
    }
    PyMutex_Unlock(&lock);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"open_file", open_file, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {{Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
