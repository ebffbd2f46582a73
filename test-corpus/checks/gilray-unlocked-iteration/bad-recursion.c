// corpus: check=gilray-unlocked-iteration py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot"
#include <Python.h>

// What is in an argument is gone through like the argument itself; the section of the encoder guards neither.
typedef struct {
    PyObject_HEAD
    long depth;
} Encoder;

static int encode(Encoder *e, PyObject *what);

static int encode_dict(Encoder *e, PyObject *dct)
{
    PyObject *key, *value;
    Py_ssize_t pos = 0;
    int err = 0;
    while (!err && PyDict_Next(dct, &pos, &key, &value)) // expect: gilray-unlocked-iteration "'dct'"
        err = encode(e, value);
    return err;
}

static int encode(Encoder *e, PyObject *what)
{
    return PyDict_CheckExact(what) ? encode_dict(e, what) : PyObject_IsTrue(what);
}

static PyObject *call(PyObject *self, PyObject *args)
{
    PyObject *what;
    int err;
    if (!PyArg_ParseTuple(args, "O", &what))
        return NULL;
    Py_BEGIN_CRITICAL_SECTION(self);
    err = encode((Encoder *)self, what);
    Py_END_CRITICAL_SECTION();
    return PyLong_FromLong(err);
}

static PyMethodDef methods[] = {{"call", call, METH_VARARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyType_Slot type_slots[] = {{Py_tp_methods, methods}, {0, NULL}};
static PyType_Spec spec = {"demo.Encoder", sizeof(Encoder), 0, Py_TPFLAGS_DEFAULT, type_slots};
static int demo_exec(PyObject *m)
{
    PyObject *type = PyType_FromModuleAndSpec(m, &spec, NULL);
    return type ? PyModule_Add(m, "Encoder", type) : -1;
}
static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
