// corpus: check=gilray-unguarded-global py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>
#include <pthread.h>
#include <stdatomic.h>

// Guarded, atomic, of one thread, written while the module is created, or never changed.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static long guarded;                   // ok: gilray-unguarded-global  under one lock everywhere
static atomic_long calls;              // ok: gilray-unguarded-global  atomic
static int flag;                       // ok: gilray-unguarded-global  only written by atomic operations
static _Thread_local int depth;        // ok: gilray-unguarded-global  one per thread
static int limit;                      // ok: gilray-unguarded-global  set when the module is created
static const int table[] = {1, 2, 3};  // ok: gilray-unguarded-global  const
static int tuned;                      // ok: gilray-unguarded-global  set by a once function, read behind it

static void tune(void) { tuned = 7; }

static void bump(void) { guarded++; }

static PyObject *count(PyObject *self, PyObject *ignored)
{
    pthread_mutex_lock(&lock);
    bump();
    long now = guarded;
    pthread_mutex_unlock(&lock);
    pthread_once(&once, tune);
    calls++;
    depth++;
    __atomic_store_n(&flag, 1, __ATOMIC_RELEASE);
    if (__atomic_load_n(&flag, __ATOMIC_ACQUIRE) && now > limit + table[0] + tuned)
        Py_RETURN_NONE;
    return PyLong_FromLong(now + depth);
}

static int demo_exec(PyObject *m)
{
    limit = 10;
    return 0;
}

static PyMethodDef methods[] = {{"count", count, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
