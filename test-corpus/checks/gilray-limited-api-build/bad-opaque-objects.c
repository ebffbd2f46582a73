// corpus: check=gilray-limited-api-build py=3.15.. variants=gil gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot" severity=note
#define Py_LIMITED_API 0x030f0000
#include <Python.h>

// The stable ABI of free-threaded builds hides the layout of objects.
typedef struct {
    PyObject_HEAD
    int n;
} Item;

int item_n(Item *item) { return item->n; }

static PyModuleDef_Slot slots[] = {{Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) // expect: gilray-limited-api-build "'Item' begins with PyObject_HEAD"
{ return PyModuleDef_Init(&module); }
