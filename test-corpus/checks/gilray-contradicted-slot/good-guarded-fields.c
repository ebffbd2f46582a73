// corpus: check=gilray-contradicted-slot py=3.13.. gilray="--checks=gilray-contradicted-slot"
#include <Python.h>

// Whoever writes the fields holds the object's critical section, or is the only one who knows the object.
typedef struct {
    PyObject_HEAD
    PyObject *source;
    PyObject *extra;
    Py_ssize_t count;
} Cursor;

static Cursor *cursor_make(PyTypeObject *type)
{
    Cursor *self = (Cursor *)type->tp_alloc(type, 0);
    if (!self)
        return NULL;
    self->source = PyDict_New();
    if (!self->source) {
        Py_DECREF(self);
        return NULL;
    }
    return self;
}

static PyObject *cursor_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    Cursor *self = cursor_make(type);
    if (self) {
        self->extra = NULL; // made here, although by a function that may fail
        self->count = 0;
    }
    return (PyObject *)self;
}

static int cursor_clear(PyObject *op)
{
    Py_CLEAR(((Cursor *)op)->source);
    return 0;
}

static void cursor_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    PyObject_GC_UnTrack(op);
    cursor_clear(op);
    type->tp_free(op);
    Py_DECREF(type);
}

static PyObject *cursor_close(PyObject *op, PyObject *ignored)
{
    Cursor *self = (Cursor *)op;
    Py_BEGIN_CRITICAL_SECTION(op);
    Py_CLEAR(self->source);
    self->count++;
    Py_END_CRITICAL_SECTION();
    Py_RETURN_NONE;
}

static PyObject *cursor_closed(PyObject *op, PyObject *ignored)
{
    return PyBool_FromLong(!((Cursor *)op)->source); // a glance without the lock
}

static PyMethodDef cursor_methods[] = {
    {"close", cursor_close, METH_NOARGS, NULL}, {"closed", cursor_closed, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyType_Slot cursor_slots[] = {
    {Py_tp_methods, cursor_methods}, {Py_tp_new, cursor_new}, {Py_tp_dealloc, cursor_dealloc}, {Py_tp_clear, cursor_clear}, {0, NULL}};
static PyType_Spec cursor_spec = {"demo.Cursor", sizeof(Cursor), 0, Py_TPFLAGS_DEFAULT, cursor_slots};

static int demo_exec(PyObject *module)
{
    PyObject *type = PyType_FromModuleAndSpec(module, &cursor_spec, NULL);
    return type ? PyModule_AddType(module, (PyTypeObject *)type) : -1;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, demo_exec},
    {Py_mod_gil, Py_MOD_GIL_NOT_USED}, // ok: gilray-contradicted-slot
    {0, NULL},
};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
