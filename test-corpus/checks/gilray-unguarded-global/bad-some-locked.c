// corpus: check=gilray-unguarded-global py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>
#include <pthread.h>

// One function takes the lock, the other forgets it; two functions take different locks.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER, other_lock = PTHREAD_MUTEX_INITIALIZER;
static long total, peak;

static void add(long n) { total += n; }

static PyObject *count(PyObject *self, PyObject *arg)
{
    long n = PyLong_AsLong(arg);
    pthread_mutex_lock(&lock);
    add(n);
    peak++;                      // expect: gilray-unguarded-global "guarded by different locks"
    pthread_mutex_unlock(&lock);
    Py_RETURN_NONE;
}

static PyObject *sum(PyObject *self, PyObject *ignored)
{
    pthread_mutex_lock(&other_lock);
    peak--;
    pthread_mutex_unlock(&other_lock);
    return PyLong_FromLong(total); // expect: gilray-unguarded-global "'total' is used here without the lock that is held elsewhere"
}

static PyMethodDef methods[] = {{"count", count, METH_O, NULL}, {"sum", sum, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {{Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
