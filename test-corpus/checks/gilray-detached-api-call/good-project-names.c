// corpus: check=gilray-detached-api-call py=3.9..
// Names that merely begin like the API: the declaring header decides.
#include <Python.h>

typedef struct Pyramid Pyramid;
int Pyramid_Height(const Pyramid *p);
long PyFoo_Count(void);
static long Py_local_helper(long n) { return n * 2; }
#define PyFoo_TWICE(n) ((n) + (n))

PyObject *height(PyObject *self, PyObject *args)
{
    long h;
    Py_BEGIN_ALLOW_THREADS
    h = Pyramid_Height(NULL);              // ok: gilray-detached-api-call  declared here, not in a Python header
    h += PyFoo_Count();                    // ok: gilray-detached-api-call  likewise
    h += Py_local_helper(PyFoo_TWICE(h));  // ok: gilray-detached-api-call  defined here, needs nothing
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(h);
}
