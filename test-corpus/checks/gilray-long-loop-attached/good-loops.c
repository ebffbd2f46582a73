// corpus: check=gilray-long-loop-attached py=3.9..3.11 severity=note
// Released, of constant length, with Python inside, or in module creation.
#include <Python.h>

static unsigned table[256];

PyObject *released(PyObject *self, PyObject *arg)
{
    Py_buffer view;
    double total = 0;
    if (PyObject_GetBuffer(arg, &view, PyBUF_SIMPLE) < 0)
        return NULL;
    const double *items = view.buf;
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t i = 0; i < view.len / 8; i++) // ok: gilray-long-loop-attached
        total += items[i] * items[i];
    Py_END_ALLOW_THREADS
    PyBuffer_Release(&view);
    return PyFloat_FromDouble(total);
}

PyObject *with_python(PyObject *self, PyObject *arg)
{
    double total = 0;
    for (Py_ssize_t i = 0; i < PyList_Size(arg); i++) // ok: gilray-long-loop-attached
        total += PyFloat_AsDouble(PyList_GetItem(arg, i)) * 2 + 1;
    return PyFloat_FromDouble(total);
}

PyObject *fixed(PyObject *self, PyObject *unused)
{
    unsigned sum = 0;
    for (int i = 0; i < 256; i++) // ok: gilray-long-loop-attached
        sum = sum * 31 + table[i];
    return PyLong_FromUnsignedLong(sum);
}

static int demo_exec(PyObject *module)
{
    for (unsigned i = 0; i < 256; i++) // ok: gilray-long-loop-attached
        table[i] = i * 2654435761u;
    return 0;
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {0, NULL}};
static PyModuleDef definition = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void)
{
    return PyModuleDef_Init(&definition);
}
