// corpus: check=gilray-region-escape,gilray-detached-api-call
// What foreign code is given leads to a local: it may write it, so that what the local was set to is not known any more.
#include <Python.h>

struct spec {
    const char *name;
    void *out;
};
int parse(PyObject *args, struct spec *specs);
int fill(int *count);
int step(int count);

PyObject *by_table(PyObject *self, PyObject *args)
{
    int count = 0;
    struct spec specs[] = {{"count", &count}, {NULL, NULL}};
    if (parse(args, specs) < 0)
        return NULL;
    if (count == 0)
        return PyLong_FromLong(0);
    PyThreadState *save = PyEval_SaveThread();
    if (step(count) < 0)
        return NULL; // expect: gilray-region-escape "returns while the thread state is released"
    PyEval_RestoreThread(save);
    Py_RETURN_NONE;
}

PyObject *by_pointer(PyObject *self, PyObject *args)
{
    int count = 0, *where = &count;
    if (fill(where) < 0)
        return NULL;
    if (count == 0)
        return PyLong_FromLong(0);
    PyThreadState *save = PyEval_SaveThread();
    if (step(count) < 0)
        return NULL; // expect: gilray-region-escape "returns while the thread state is released"
    PyEval_RestoreThread(save);
    Py_RETURN_NONE;
}

struct scope {
    PyThreadState *save;
    int *count;
};
void report(struct scope *scope);

// A library that is given the place of a saved thread state does not take it.
PyObject *saved(PyObject *self, PyObject *args)
{
    int count = 0;
    struct scope scope = {NULL, &count}, *here = &scope;
    if (PyTuple_GET_SIZE(args))
        scope.save = PyEval_SaveThread();
    report(here);
    if (scope.save)
        PyEval_RestoreThread(scope.save);
    return PyLong_FromLong(0); // ok: gilray-*  restored on the way
}
