// corpus: check=gilray-unattached-callback py=3.9..
// The daemon runs the handler on threads of its own, and ends the handler's context there, too.
#include <Python.h>

struct context {
    void *data;
    void (*destroy)(void *data);
};
extern int daemon_register(const char *name, int (*handler)(struct context *context), struct context *context);

static int run_handler(struct context *context)
{
    PyGILState_STATE state = PyGILState_Ensure();
    PyObject *result = PyObject_CallFunctionObjArgs((PyObject *)context->data, NULL);
    int ok = result ? 0 : -1;
    Py_XDECREF(result);
    PyGILState_Release(state);
    return ok;
}

static void drop_handler(void *data)
{
    Py_DECREF((PyObject *)data); // expect: gilray-unattached-callback
}

PyObject *add(PyObject *self, PyObject *callable)
{
    struct context context;
    Py_INCREF(callable);
    context.data = callable;
    context.destroy = drop_handler;
    return PyLong_FromLong(daemon_register("python", run_handler, &context));
}
