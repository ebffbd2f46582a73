// corpus: check=gilray-contradicted-slot py=3.13.. variants=nogil gilray="--checks=gilray-contradicted-slot"
#include <Python.h>

// An exception that is imported on first use, under a lock that only the free-threaded build has.
static PyObject *error;

static int ensure_error(void)
{
    if (error)
        return 0;
#ifdef Py_GIL_DISABLED
    static PyMutex mutex;
    PyMutex_Lock(&mutex);
#endif
    if (!error)
        error = PyErr_NewException("demo.error", NULL, NULL);
#ifdef Py_GIL_DISABLED
    PyMutex_Unlock(&mutex);
#endif
    return error ? 0 : -1;
}

static PyObject *fail(PyObject *module, PyObject *ignored)
{
    if (ensure_error() == 0)
        PyErr_SetString(error, "failed");
    return NULL;
}

static PyMethodDef methods[] = {{"fail", fail, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED}, // ok: gilray-contradicted-slot
    {0, NULL},
};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
