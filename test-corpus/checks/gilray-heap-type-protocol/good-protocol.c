// corpus: check=gilray-heap-type-protocol py=3.10.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot"
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyObject *callback;
} Signal;

// The visit, the untracking and the release may stand in helpers.
static void drop_type(PyTypeObject *type) { Py_DECREF(type); }
static int visit_all(Signal *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE((PyObject *)self));
    Py_VISIT(self->callback);
    return 0;
}

static int signal_traverse(PyObject *self, visitproc visit, void *arg) { return visit_all((Signal *)self, visit, arg); } // ok: gilray-*

static void signal_dealloc(PyObject *self) // ok: gilray-*
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Py_CLEAR(((Signal *)self)->callback);
    type->tp_free(self);
    drop_type(type);
}

static PyType_Slot signal_slots[] = {
    {Py_tp_dealloc, signal_dealloc}, {Py_tp_traverse, signal_traverse}, {Py_tp_new, PyType_GenericNew}, {0, NULL}};
static PyType_Spec signal_spec = {
    "demo.Signal", sizeof(Signal), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, signal_slots};

// A base type's slots may do it.
static void child_dealloc(PyObject *self) { PyList_Type.tp_dealloc(self); } // ok: gilray-*
static PyType_Slot child_slots[] = {{Py_tp_dealloc, child_dealloc}, {Py_tp_base, &PyList_Type}, {0, NULL}};
static PyType_Spec child_spec = {"demo.Child", 0, 0, Py_TPFLAGS_DEFAULT, child_slots};

// No objects in it, so nothing to collect.
typedef struct {
    PyObject_HEAD
    double level;
} Gauge;
static void gauge_dealloc(PyObject *self) // ok: gilray-*
{
    PyTypeObject *type = Py_TYPE(self);
    ((Gauge *)self)->level = 0;
    type->tp_free(self);
    Py_DECREF(type);
}
static PyType_Slot gauge_slots[] = {{Py_tp_dealloc, gauge_dealloc}, {0, NULL}};
static PyType_Spec gauge_spec = {"demo.Gauge", sizeof(Gauge), 0, Py_TPFLAGS_DEFAULT, gauge_slots};

// Made by C only, and says so; tests its field; makes it itself.
typedef struct {
    int open;
} connection;
typedef struct {
    PyObject_HEAD
    connection *connection;
} Cursor;
static void cursor_dealloc(PyObject *self) // ok: gilray-*
{
    PyTypeObject *type = Py_TYPE(self);
    ((Cursor *)self)->connection->open--;
    type->tp_free(self);
    Py_DECREF(type);
}
static PyType_Slot cursor_slots[] = {{Py_tp_dealloc, cursor_dealloc}, {0, NULL}};
static PyType_Spec cursor_spec = {
    "demo.Cursor", sizeof(Cursor), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, cursor_slots};

static void careful_dealloc(PyObject *self) // ok: gilray-*
{
    PyTypeObject *type = Py_TYPE(self);
    if (((Cursor *)self)->connection)
        ((Cursor *)self)->connection->open--;
    type->tp_free(self);
    Py_DECREF(type);
}
static PyType_Slot careful_slots[] = {{Py_tp_dealloc, careful_dealloc}, {0, NULL}};
static PyType_Spec careful_spec = {"demo.Careful", sizeof(Cursor), 0, Py_TPFLAGS_DEFAULT, careful_slots};

// A helper that nobody has seen may do anything.
extern void library_dealloc(PyObject *self);
static void foreign_dealloc(PyObject *self) // ok: gilray-*
{
    library_dealloc(self);
    PyObject_Free(self);
}
static PyType_Slot foreign_slots[] = {{Py_tp_dealloc, foreign_dealloc}, {0, NULL}};
static PyType_Spec foreign_spec = {"demo.Foreign", sizeof(PyObject), 0, Py_TPFLAGS_DEFAULT, foreign_slots};

static int add(PyObject *module, const char *name, PyType_Spec *spec)
{
    PyObject *type = PyType_FromModuleAndSpec(module, spec, NULL);
    return type ? PyModule_AddObject(module, name, type) : -1;
}

static int demo_exec(PyObject *module)
{
    if (add(module, "Signal", &signal_spec) < 0 || add(module, "Child", &child_spec) < 0)
        return -1;
    if (add(module, "Gauge", &gauge_spec) < 0 || add(module, "Cursor", &cursor_spec) < 0)
        return -1;
    return add(module, "Careful", &careful_spec) < 0 ? -1 : add(module, "Foreign", &foreign_spec);
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
