// corpus: check=gilray-static-object gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot"
#include <Python.h>

// What is the same object in all interpreters, or never holds one.
static PyObject *fallback;               // ok: gilray-static-object  only ever None, True or an exception of Python itself
static PyObject *never_set;              // ok: gilray-static-object  nothing is stored in it
static PyObject *const fixed = NULL;     // ok: gilray-static-object  const
static PyObject *nothing;                // ok: gilray-static-object  the empty tuple is one for the whole process
static PyTypeObject *base = &PyLong_Type; // ok: gilray-static-object
static struct PyModuleDef module;        // ok: gilray-static-object  a definition is no object that interpreters count

static PyObject *choose(PyObject *self, PyObject *arg)
{
    if (!nothing)
        nothing = PyTuple_New(0);
    if (!fallback)
        fallback = PyObject_IsTrue(arg) ? Py_True : Py_None;
    PyObject *made = PyObject_CallFunctionObjArgs((PyObject *)base, arg, NULL);
    if (made)
        return made;
    return never_set ? never_set : fixed ? fixed : fallback;
}

static int demo_exec(PyObject *m)
{
    fallback = PyExc_ValueError;
    return 0;
}

static PyMethodDef methods[] = {{"choose", choose, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
