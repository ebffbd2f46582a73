// corpus: check=gilray-unattached-callback py=3.9..
// The library drops user data with a function that was handed to it; it may do so in a detached call.
#include <Python.h>

typedef struct db db;
int db_create_function(db *d, const char *name, void *data, void (*destroy)(void *));
int db_exec(db *d, const char *sql);

static void destroy(void *data)
{
    Py_DECREF((PyObject *)data); // expect: gilray-unattached-callback "db_exec"
}

PyObject *create_function(PyObject *self, PyObject *args)
{
    PyObject *capsule, *callable;
    const char *name;
    if (!PyArg_ParseTuple(args, "OsO", &capsule, &name, &callable))
        return NULL;
    db *d = PyCapsule_GetPointer(capsule, "db");
    Py_INCREF(callable);
    if (!d || db_create_function(d, name, callable, destroy))
        return NULL;
    Py_RETURN_NONE;
}

PyObject *exec(PyObject *self, PyObject *args)
{
    PyObject *capsule;
    const char *sql;
    int rc;
    if (!PyArg_ParseTuple(args, "Os", &capsule, &sql))
        return NULL;
    db *d = PyCapsule_GetPointer(capsule, "db");
    Py_BEGIN_ALLOW_THREADS
    rc = db_exec(d, sql);
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(rc);
}
