// corpus: check=gilray-unguarded-field py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global,-gilray-static-type,-gilray-lock-across-python"
// The parser calls back from within parser_next, which is only called under the lock.
#include <Python.h>

typedef struct parser parser;
typedef struct {
    void *(*string)(void *user, const char *text, size_t length);
} parser_functions;
parser *parser_create(const parser_functions *functions, void *user);
int parser_next(parser *p, void **reply);

typedef struct {
    PyObject_HEAD
    PyMutex lock;
    parser *reader;
    int raw;
} Reader;

static void *make_string(void *user, const char *text, size_t length)
{
    Reader *self = user;
    if (self->raw) // ok: gilray-unguarded-field
        return PyBytes_FromStringAndSize(text, length);
    return PyUnicode_DecodeUTF8(text, length, NULL);
}

static const parser_functions functions = {make_string};

static int reader_init(PyObject *op, PyObject *args, PyObject *kwds)
{
    Reader *self = (Reader *)op;
    self->reader = parser_create(&functions, self);
    return self->reader ? 0 : -1;
}

static PyObject *reader_next(PyObject *op, PyObject *arg)
{
    Reader *self = (Reader *)op;
    int raw = PyObject_IsTrue(arg);
    void *reply = NULL;
    PyMutex_Lock(&self->lock);
    self->raw = raw;
    int failed = parser_next(self->reader, &reply);
    PyMutex_Unlock(&self->lock);
    if (failed || !reply)
        return PyErr_NoMemory();
    return reply;
}

static PyMethodDef methods[] = {{"next", reader_next, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static PyType_Slot type_slots[] = {{Py_tp_init, reader_init}, {Py_tp_methods, methods}, {0, NULL}};
static PyType_Spec spec = {"demo.Reader", sizeof(Reader), 0, Py_TPFLAGS_DEFAULT, type_slots};
static int demo_exec(PyObject *m)
{
    PyObject *type = PyType_FromModuleAndSpec(m, &spec, NULL);
    return type ? PyModule_Add(m, "Reader", type) : -1;
}
static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
