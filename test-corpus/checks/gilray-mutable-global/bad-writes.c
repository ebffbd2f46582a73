// corpus: check=gilray-mutable-global py=3.13.. variants=gil gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot"
#include <Python.h>
#include <string.h>

// Every way of writing static storage. The module promises to run in interpreters with their own GIL: one finding per variable.
typedef struct {
    int depth;
    struct {
        int width;
    } inner;
} config;

static long calls;                        // expect: gilray-mutable-global "'calls'"
static int table[8];                      // expect: gilray-mutable-global "'table'"
static config settings;                   // expect: gilray-mutable-global "'settings'"
static config defaults;                   // expect: gilray-mutable-global "'defaults'"
static config *active = &defaults;        // ok: gilray-mutable-global  the pointer never changes, what it points to is named
static char message[64];                  // expect: gilray-mutable-global "'message'"
static int flags;                         // expect: gilray-mutable-global "'flags'"
static int mode;                          // expect: gilray-mutable-global "'mode'"
static char *scratch;                     // expect: gilray-mutable-global "memory that 'scratch' points to"
static int slot;                          // expect: gilray-mutable-global "'slot'"

static void bump(int *value) { (*value)++; }
static void twice(int *value)
{
    bump(value);
    bump(value);
}
static int *find_slot(void) { return &slot; }

static PyObject *change(PyObject *self, PyObject *args)
{
    static int once; // expect: gilray-mutable-global "'once' of 'change'"
    if (!once)
        once = 1;
    calls++;
    int *cell = &table[2];
    *cell = 3;
    settings.inner.width = 5;
    active->depth = 7;
    strcpy(message, "changed");
    twice(&flags);
    if (!PyArg_ParseTuple(args, "i", &mode))
        return NULL;
    scratch[0] = 'x';
    *find_slot() = 1;
    Py_RETURN_NONE;
}

static int demo_exec(PyObject *module)
{
    scratch = (char *)PyMem_Malloc(8);
    return scratch ? 0 : -1;
}

static PyMethodDef methods[] = {{"change", change, METH_VARARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, demo_exec},
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
    {0, NULL},
};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
