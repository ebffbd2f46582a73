// corpus: check=gilray-detached-api-call py=3.9..
// A releasing macro evaluates its argument while detached: the finding is in the argument.
#include <Python.h>

typedef struct store store;
int store_open(store *s, const char *name);

#define WITHOUT_LOCK(statement)                                                                                        \
    do {                                                                                                               \
        Py_BEGIN_ALLOW_THREADS { statement; }                                                                          \
        Py_END_ALLOW_THREADS                                                                                           \
    } while (0)

PyObject *store_named(PyObject *self, PyObject *name)
{
    store *s = NULL;
    int rc = 0;
    const char *text = PyBytes_AsString(name);
    if (!text)
        return NULL;
    WITHOUT_LOCK(rc = store_open(s, text)); // ok: gilray-detached-api-call  the text was fetched before
    WITHOUT_LOCK(rc += store_open(s, PyBytes_AsString(name))); // expect: gilray-detached-api-call "PyBytes_AsString"
    return PyLong_FromLong(rc);
}
