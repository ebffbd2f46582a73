// corpus: check=* py=3.9..
// A callback that does nothing when it is called detached.
#include <Python.h>

typedef struct lib lib;
int lib_step(lib *l);
void lib_on_log(lib *l, void (*on_log)(const char *text));

static void on_log(const char *text)
{
    if (!PyGILState_Check())
        return;
    PySys_WriteStderr("%s\n", text); // ok: gilray-unattached-callback  attached
}

PyObject *step(PyObject *self, PyObject *capsule)
{
    lib *l = PyCapsule_GetPointer(capsule, "lib");
    int rc;
    if (!l)
        return NULL;
    lib_on_log(l, on_log);
    Py_BEGIN_ALLOW_THREADS
    rc = lib_step(l);
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(rc);
}
