// corpus: check=* py=3.9..
// Leaving through the end of the process is no escape.
#include <Python.h>
#include <stdlib.h>

_Noreturn void give_up(const char *why);
int self_test(void);
static void check(int ok)
{
    if (!ok)
        abort();
}

PyObject *test(PyObject *self, PyObject *args)
{
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = self_test();
    check(rc != 1);
    if (rc == 2)
        give_up("two"); // ok: gilray-region-escape  does not return
    if (rc == 3)
        exit(3); // ok: gilray-region-escape  does not return
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(rc); // ok: gilray-detached-api-call  attached
}
