// corpus: check=gilray-mutable-global gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot"
#include <Python.h>

// What is only possible is no finding.
struct options {
    int verbose;
};
extern void library_configure(struct options *options); // may write or only read
extern int library_measure(const struct options *options);

static struct options options;  // ok: gilray-mutable-global  its address goes to a function without body
static struct options fixed;    // ok: gilray-mutable-global  as pointer to const
static int unused_count;        // ok: gilray-mutable-global  written by a function that nobody is seen to call

void maybe_called(void) { unused_count++; }

static PyObject *configure(PyObject *self, PyObject *ignored)
{
    library_configure(&options);
    return PyLong_FromLong(library_measure(&fixed));
}

static PyMethodDef methods[] = {{"configure", configure, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {{0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
