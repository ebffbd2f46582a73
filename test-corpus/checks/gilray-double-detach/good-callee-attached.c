// corpus: check=* py=3.9..
// A releasing helper called between two regions, and recursively.
#include <Python.h>

int visit(int node), left(int node);

static int walk(int node)
{
    int rc;
    Py_BEGIN_ALLOW_THREADS // ok: gilray-double-detach  entered attached, also from itself
    rc = visit(node);
    Py_END_ALLOW_THREADS
    if (rc > 0 && left(node))
        rc = walk(left(node)); // ok: gilray-double-detach  attached
    return rc;
}

PyObject *walk_all(PyObject *self, PyObject *arg)
{
    int rc = walk(0);
    Py_BEGIN_ALLOW_THREADS
    visit(0);
    Py_END_ALLOW_THREADS
    rc += walk(1); // ok: gilray-double-detach  between the regions
    return PyLong_FromLong(rc);
}
