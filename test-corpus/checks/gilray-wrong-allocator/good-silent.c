// corpus: check=gilray-wrong-allocator py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>
#include <stdlib.h>
#include <string.h>

// The counterpart of each; either of two allocators; what a caller hands in; objects in the object domain.
typedef struct {
    PyObject_HEAD
    char *text;
    int own;
} Label;

void drop(char *text) { free(text); } // ok: gilray-wrong-allocator  the caller knows where it comes from

static PyObject *copy(PyObject *op, PyObject *arg)
{
    Label *self = (Label *)op;
    char *work = self->own ? (char *)malloc(8) : (char *)PyMem_Malloc(8);
    char *again = (char *)PyMem_Malloc(4);
    again = (char *)PyMem_Realloc(again, 8);
    if (self->own)
        free(work); // ok: gilray-wrong-allocator  one of two
    else
        PyMem_Free(work); // ok: gilray-wrong-allocator  the other
    PyMem_Free(again);    // ok: gilray-wrong-allocator
    char *text = strdup("x");
    drop(text);
    return Py_NewRef(arg);
}

static PyObject *make(PyTypeObject *type)
{
    Label *self = (Label *)PyObject_Malloc(sizeof(Label)); // ok: gilray-wrong-allocator  an object is made of it
    return self ? PyObject_Init((PyObject *)self, type) : NULL;
}

PyObject *(*maker)(PyTypeObject *) = make;

static PyMethodDef methods[] = {{"copy", copy, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {{Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
