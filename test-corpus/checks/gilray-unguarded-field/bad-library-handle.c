// corpus: check=gilray-unguarded-field py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-blocking-*"
#include <Python.h>

// A handle that only one thread at a time may use, as the library's manual says: the field never changes, what it points to does.
typedef struct z_stream_s z_stream;
extern int inflate(z_stream *stream, int flush);
extern int inflateReset(z_stream *stream);

typedef struct {
    PyObject_HEAD
    z_stream *stream;
    PyMutex lock;
    z_stream *guarded; // ok: gilray-unguarded-field  the lock is held wherever the library gets it
} Reader;

static PyObject *step(PyObject *op, PyObject *ignored)
{
    Reader *self = (Reader *)op;
    PyMutex_Lock(&self->lock);
    inflate(self->guarded, 0);
    PyMutex_Unlock(&self->lock);
    return PyLong_FromLong(inflate(self->stream, 0)); // expect: gilray-unguarded-field "'rewind_it' comes to a use of it without a lock"
}

static PyObject *rewind_it(PyObject *op, PyObject *ignored)
{
    Reader *self = (Reader *)op;
    PyMutex_Lock(&self->lock);
    inflateReset(self->guarded);
    PyMutex_Unlock(&self->lock);
    return PyLong_FromLong(inflateReset(self->stream));
}

static PyMethodDef methods[] = {
    {"step", step, METH_NOARGS, NULL}, {"rewind_it", rewind_it, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyType_Slot type_slots[] = {{Py_tp_methods, methods}, {0, NULL}};
static PyType_Spec spec = {"demo.Reader", sizeof(Reader), 0, Py_TPFLAGS_DEFAULT, type_slots};
static int demo_exec(PyObject *m)
{
    PyObject *type = PyType_FromModuleAndSpec(m, &spec, NULL);
    return type ? PyModule_Add(m, "Reader", type) : -1;
}
static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
