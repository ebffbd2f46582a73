// corpus: check=gilray-mutable-global gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot"
#include <Python.h>
#include <pthread.h>
#include <stdatomic.h>

// Static storage that is no state, or that looks after itself.
static const int limits[] = {1, 2, 3};           // ok: gilray-mutable-global  const
static const char *const names[] = {"a", "b"};   // ok: gilray-mutable-global  const at both levels
static int width;                                // ok: gilray-mutable-global  written by module creation only
static int height;                               // ok: gilray-mutable-global  the same, in a helper
static int guarded;                              // ok: gilray-mutable-global  written and read under one lock
static int depth = 3;                            // ok: gilray-mutable-global  never written
static _Atomic long hits;                        // ok: gilray-mutable-global  atomic
static _Thread_local int errors;                 // ok: gilray-mutable-global  one per thread
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; // ok: gilray-mutable-global  a lock
static PyThread_type_lock lock;                  // ok: gilray-mutable-global  a lock, made on first use
static pthread_once_t once = PTHREAD_ONCE_INIT;  // ok: gilray-mutable-global  a once flag
static long builtin_count;                       // ok: gilray-mutable-global  atomic operations only
static char *keywords[] = {"width", NULL};       // ok: gilray-mutable-global  a keyword list
static PyObject *get(PyObject *self, PyObject *ignored);
static PyMethodDef methods[] = {                 // ok: gilray-mutable-global  a table
    {"get", get, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};

static void set_up(void) {}

static PyObject *get(PyObject *self, PyObject *ignored)
{
    int sum = limits[0] + width + height + depth + names[0][0] + keywords[0][0];
    hits++;
    errors++;
    __atomic_fetch_add(&builtin_count, 1, __ATOMIC_SEQ_CST);
    pthread_once(&once, set_up);
    pthread_mutex_lock(&mutex);
    sum += ++guarded;
    pthread_mutex_unlock(&mutex);
    if (!lock)
        lock = PyThread_allocate_lock();
    return PyLong_FromLong(sum);
}

static void measure(int *out) { *out = 5; }

static int demo_exec(PyObject *module)
{
    width = 4;
    measure(&height);
    return 0;
}

static void demo_free(void *module) { width = 0; } // the module is gone

static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, demo_free};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
