// corpus: check=gilray-lazy-init-race py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>
#include <pthread.h>
#include <stdlib.h>

// The first look is made without the lock and is not atomic.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int *table;

static PyObject *look_up(PyObject *self, PyObject *arg)
{
    if (table == NULL) { // expect: gilray-lazy-init-race "double-checked locking of 'table'"
        pthread_mutex_lock(&lock);
        if (table == NULL)
            table = (int *)calloc(256, sizeof(int));
        pthread_mutex_unlock(&lock);
    }
    return PyLong_FromLong(table[PyLong_AsLong(arg) & 255]);
}

static PyMethodDef methods[] = {{"look_up", look_up, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {{Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
