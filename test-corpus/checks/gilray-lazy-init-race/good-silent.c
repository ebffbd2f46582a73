// corpus: check=gilray-lazy-init-race py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>
#include <pthread.h>
#include <stdlib.h>

// Under one lock, once, atomic, or while the module is created.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int *table, *cells, *early, *published;

static void make_cells(void)
{
    if (!cells) // ok: gilray-lazy-init-race  runs once
        cells = (int *)calloc(16, sizeof(int));
}

static int first(void)
{
    int value;
    pthread_mutex_lock(&lock);
    if (!table) // ok: gilray-lazy-init-race  test and set are under one lock
        table = (int *)calloc(256, sizeof(int));
    value = table[0];
    pthread_mutex_unlock(&lock);
    return value;
}

static PyObject *look_up(PyObject *self, PyObject *ignored)
{
    pthread_once(&once, make_cells);
    if (!__atomic_load_n(&published, __ATOMIC_ACQUIRE)) { // ok: gilray-lazy-init-race  atomic
        pthread_mutex_lock(&lock);
        if (!__atomic_load_n(&published, __ATOMIC_RELAXED))
            __atomic_store_n(&published, (int *)calloc(4, sizeof(int)), __ATOMIC_RELEASE);
        pthread_mutex_unlock(&lock);
    }
    return PyLong_FromLong(first() + cells[0] + early[0]);
}

static int demo_exec(PyObject *m)
{
    if (!early) // ok: gilray-lazy-init-race  the import lock is held
        early = (int *)calloc(4, sizeof(int));
    return early ? 0 : -1;
}

static PyMethodDef methods[] = {{"look_up", look_up, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
