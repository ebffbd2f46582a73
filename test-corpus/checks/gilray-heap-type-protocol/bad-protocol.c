// corpus: check=gilray-heap-type-protocol py=3.9.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot"
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyObject *callback;
} Signal;

// Keeps its reference to the type, and is still tracked while it falls apart.
static void signal_dealloc(PyObject *self) // expect: gilray-heap-type-protocol "'Signal' is leaked"
{                                          // expect@-1: gilray-heap-type-protocol "does not untrack"
    Py_XDECREF(((Signal *)self)->callback);
    Py_TYPE(self)->tp_free(self);
}

static int signal_traverse(PyObject *self, visitproc visit, void *arg) // expect: gilray-heap-type-protocol "does not visit its type"
{
    Py_VISIT(((Signal *)self)->callback);
    return 0;
}

static PyType_Slot signal_slots[] = {
    {Py_tp_dealloc, signal_dealloc}, {Py_tp_traverse, signal_traverse}, {Py_tp_new, PyType_GenericNew}, {0, NULL}};
static PyType_Spec signal_spec = {
    "demo.Signal", sizeof(Signal), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, signal_slots};

// Holds what a caller gives it, hidden from the collector.
typedef struct {
    PyObject_HEAD
    PyObject *handler;
} Hook;

static int hook_init(PyObject *self, PyObject *args, PyObject *keywords)
{
    PyObject *handler;
    if (!PyArg_ParseTuple(args, "O", &handler))
        return -1;
    Py_INCREF(handler);
    ((Hook *)self)->handler = handler;
    return 0;
}

static PyType_Slot hook_slots[] = {{Py_tp_init, hook_init}, {Py_tp_new, PyType_GenericNew}, {0, NULL}};
static PyType_Spec hook_spec = { // expect: gilray-heap-type-protocol "keeps 'handler' from the collector"
    "demo.Hook", sizeof(Hook), 0, Py_TPFLAGS_DEFAULT, hook_slots};

// Cursor() works, with a null connection.
typedef struct {
    int open;
} connection;
typedef struct {
    PyObject_HEAD
    connection *connection;
} Cursor;

static void cursor_dealloc(PyObject *self) // expect: gilray-heap-type-protocol "dereferences 'connection'"
{
    PyTypeObject *type = Py_TYPE(self);
    ((Cursor *)self)->connection->open--;
    type->tp_free(self);
    Py_DECREF(type);
}

static PyType_Slot cursor_slots[] = {{Py_tp_dealloc, cursor_dealloc}, {0, NULL}};
static PyType_Spec cursor_spec = {"demo.Cursor", sizeof(Cursor), 0, Py_TPFLAGS_DEFAULT, cursor_slots};

static int demo_exec(PyObject *module)
{
    PyType_Spec *specs[] = {&signal_spec, &hook_spec, &cursor_spec};
    const char *names[] = {"Signal", "Hook", "Cursor"};
    PyObject *type = PyType_FromSpec(&signal_spec);
    if (!type || PyModule_AddObject(module, "Signal", type) < 0)
        return -1;
    for (int i = 1; i < 3; i++) {
        type = PyType_FromSpec(specs[i]);
        if (!type || PyModule_AddObject(module, names[i], type) < 0)
            return -1;
    }
    return 0;
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
