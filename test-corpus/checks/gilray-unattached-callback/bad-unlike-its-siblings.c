// corpus: check=gilray-unattached-callback py=3.9..
// Two of the three functions in the library's structure attach. The third has forgotten it.
#include <Python.h>
#include <stdlib.h>

struct filter {
    int (*check)(struct filter *self, void **payload);
    int (*apply)(struct filter *self, void *payload);
    void (*cleanup)(struct filter *self, void *payload);
};
extern int filter_register(const char *name, struct filter *filter);

static PyObject *filter_class;

static int check(struct filter *self, void **payload)
{
    PyGILState_STATE state = PyGILState_Ensure();
    *payload = PyObject_CallFunctionObjArgs(filter_class, NULL);
    int ok = *payload ? 0 : -1;
    PyGILState_Release(state);
    return ok;
}

static int apply(struct filter *self, void *payload)
{
    PyGILState_STATE state = PyGILState_Ensure();
    PyObject *done = PyObject_CallMethod((PyObject *)payload, "apply", NULL);
    int ok = done ? 0 : -1;
    Py_XDECREF(done);
    PyGILState_Release(state);
    return ok;
}

static void cleanup(struct filter *self, void *payload)
{
    Py_DECREF((PyObject *)payload); // expect: gilray-unattached-callback
}

PyObject *install(PyObject *self, PyObject *args)
{
    struct filter *f = malloc(sizeof *f);
    f->check = check;
    f->apply = apply;
    f->cleanup = cleanup;
    return PyLong_FromLong(filter_register("python", f));
}
