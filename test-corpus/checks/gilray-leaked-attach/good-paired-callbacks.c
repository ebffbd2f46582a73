// corpus: check=gilray-leaked-attach
// A library calls one function before and another one after: what the first attaches, the second releases.
#include <Python.h>

struct library;
void library_hooks(struct library *lib, void (*before)(void *), void (*after)(void *), void *data);

struct hook {
    PyGILState_STATE gil;
};

static PyGILState_STATE outer;

static void before(void *data)
{
    outer = PyGILState_Ensure();
    PyErr_Clear();
} // ok: gilray-leaked-attach

static void after(void *data)
{
    PyErr_Clear();
    PyGILState_Release(outer); // ok: gilray-leaked-attach
}

static void lock(void *data)
{
    struct hook *h = data;
    h->gil = PyGILState_Ensure();
} // ok: gilray-leaked-attach

static void give_back(PyGILState_STATE gil)
{
    PyGILState_Release(gil);
}

static void unlock(void *data)
{
    struct hook *h = data;
    give_back(h->gil); // ok: gilray-leaked-attach
}

PyObject *install(PyObject *self, PyObject *args)
{
    static struct hook hook;
    library_hooks(NULL, before, after, NULL);
    library_hooks(NULL, lock, unlock, &hook);
    Py_RETURN_NONE;
}
