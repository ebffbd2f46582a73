// corpus: check=* py=3.9..
// A recursive function that releases for its own work, and one that is entered detached all the way down.
#include <Python.h>

typedef struct node {
    struct node *left, *right;
    int value;
} node;
int weigh(const node *n);

static int total(const node *n)
{
    int own;
    if (!n)
        return 0;
    Py_BEGIN_ALLOW_THREADS // ok: gilray-double-detach  attached at every depth
    own = weigh(n);
    Py_END_ALLOW_THREADS
    return own + total(n->left) + total(n->right);
}

static int total_unlocked(const node *n)
{
    if (!n)
        return 0;
    if (n->value < 0) {
        PyErr_SetString(PyExc_ValueError, "negative"); // expect: gilray-detached-api-call "PyErr_SetString"
        return -1;
    }
    return n->value + total_unlocked(n->left) + total_unlocked(n->right);
}

PyObject *totals(PyObject *self, PyObject *capsule)
{
    node *root = PyCapsule_GetPointer(capsule, "node");
    int rc = total(root);
    Py_BEGIN_ALLOW_THREADS
    rc += total_unlocked(root);
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(rc); // ok: gilray-*  attached
}
