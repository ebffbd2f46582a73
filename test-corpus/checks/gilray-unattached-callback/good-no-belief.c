// corpus: check=gilray-unattached-callback py=3.9..
// One that attaches and one that does not: no belief. And a function that only runs during the call.
#include <Python.h>

typedef struct net_handle net_handle;
int net_on_data(net_handle *, void (*)(net_handle *, int));
int net_on_close(net_handle *, void (*)(net_handle *, int));
int net_each(net_handle *, int (*)(void *, int), void *);

static PyObject *hook;

static void on_data(net_handle *h, int n)
{
    PyGILState_STATE state = PyGILState_Ensure();
    Py_XDECREF(PyObject_CallFunction(hook, "i", n));
    PyGILState_Release(state);
}

static void on_close(net_handle *h, int n)
{
    Py_XDECREF(PyObject_CallFunction(hook, "s", "closed")); // ok: gilray-unattached-callback
}

static int collect(void *list, int n)
{
    return PyList_Append((PyObject *)list, Py_None); // ok: gilray-unattached-callback
}

int listen_to(net_handle *h, PyObject *list)
{
    return net_on_data(h, on_data) | net_on_close(h, on_close) | net_each(h, collect, list);
}
