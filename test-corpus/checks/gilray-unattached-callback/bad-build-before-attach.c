// corpus: check=gilray-unattached-callback py=3.9..
// The callback does attach, but only after it has built its arguments.
#include <Python.h>

typedef struct curl curl;
int curl_run(curl *c);
void curl_on_data(curl *c, size_t (*on_data)(char *, size_t, void *), void *context);

typedef struct {
    PyThreadState *state;
    PyObject *callback;
} transfer;

static size_t on_data(char *data, size_t n, void *context)
{
    transfer *t = context;
    PyObject *args = Py_BuildValue("(y#)", data, (Py_ssize_t)n); // expect: gilray-unattached-callback "Py_BuildValue"
    PyEval_AcquireThread(t->state);
    PyObject *r = args ? PyObject_CallObject(t->callback, args) : NULL; // ok: gilray-unattached-callback  attached
    Py_XDECREF(args);
    Py_XDECREF(r);
    PyEval_ReleaseThread(t->state);
    return n;
}

PyObject *run(PyObject *self, PyObject *args)
{
    PyObject *capsule;
    transfer t = {PyThreadState_Get(), NULL};
    if (!PyArg_ParseTuple(args, "OO", &capsule, &t.callback))
        return NULL;
    curl *c = PyCapsule_GetPointer(capsule, "curl");
    curl_on_data(c, on_data, &t);
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = curl_run(c);
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(rc);
}
