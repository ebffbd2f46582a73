// corpus: check=* py=3.9..
// Nobody knows what stands behind this pointer: unknown is never a finding.
#include <Python.h>

typedef int (*step_function)(void *context);
extern step_function lookup_step(const char *name);

PyObject *run(PyObject *self, PyObject *arg)
{
    int rc;
    step_function step = lookup_step("main");
    Py_BEGIN_ALLOW_THREADS
    rc = step(arg); // ok: gilray-detached-api-call  unresolved
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(rc); // ok: gilray-detached-api-call  and it is taken to leave the state alone
}
