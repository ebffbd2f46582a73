// corpus: check=gilray-unguarded-field py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>
#include <pthread.h>
#include <stdlib.h>

// Guarded everywhere, by a section or a lock; atomic; construction, deallocation and traversal; new objects.
typedef struct {
    PyObject_HEAD
    pthread_mutex_t lock;
    PyObject *callback; // ok: gilray-unguarded-field  in a critical section everywhere
    long count;         // ok: gilray-unguarded-field  under the lock everywhere, also in the helper
    int state;          // ok: gilray-unguarded-field  atomic operations
    int size;           // ok: gilray-unguarded-field  set by tp_init and read by methods
    int order;          // ok: gilray-unguarded-field  written while the object is new
} Queue;

static void bump(Queue *self) { self->count++; }

static PyObject *put(PyObject *op, PyObject *arg)
{
    Queue *self = (Queue *)op;
    pthread_mutex_lock(&self->lock);
    bump(self);
    pthread_mutex_unlock(&self->lock);
    __atomic_store_n(&self->state, 1, __ATOMIC_RELEASE);
    Py_BEGIN_CRITICAL_SECTION(op);
    Py_XSETREF(self->callback, Py_NewRef(arg));
    Py_END_CRITICAL_SECTION();
    return PyLong_FromLong(self->size + __atomic_load_n(&self->state, __ATOMIC_ACQUIRE));
}

static PyObject *twin(PyObject *op, PyObject *ignored)
{
    Queue *made = (Queue *)Py_TYPE(op)->tp_alloc(Py_TYPE(op), 0);
    if (made == NULL)
        return NULL;
    made->order = ((Queue *)op)->size;
    made->order++;
    return (PyObject *)made;
}

static PyObject *order(PyObject *op, PyObject *ignored) { return PyLong_FromLong(((Queue *)op)->order); }

static int init(PyObject *op, PyObject *args, PyObject *kwargs)
{
    ((Queue *)op)->size = 8;
    ((Queue *)op)->count = 0;
    return 0;
}

static int traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(op));
    Py_VISIT(((Queue *)op)->callback);
    return 0;
}

static int clear(PyObject *op)
{
    Py_CLEAR(((Queue *)op)->callback);
    return 0;
}

static void dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    PyObject_GC_UnTrack(op);
    Py_CLEAR(((Queue *)op)->callback);
    ((Queue *)op)->count = 0;
    type->tp_free(op);
    Py_DECREF(type);
}

static PyMethodDef methods[] = {{"put", put, METH_O, NULL}, {"twin", twin, METH_NOARGS, NULL}, {"order", order, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyType_Slot type_slots[] = {{Py_tp_methods, methods}, {Py_tp_init, init}, {Py_tp_traverse, traverse}, {Py_tp_clear, clear}, {Py_tp_dealloc, dealloc}, {0, NULL}};
static PyType_Spec spec = {"demo.Queue", sizeof(Queue), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, type_slots};
static int demo_exec(PyObject *m)
{
    PyObject *type = PyType_FromModuleAndSpec(m, &spec, NULL);
    return type ? PyModule_Add(m, "Queue", type) : -1;
}
static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
