// corpus: check=gilray-blocking-call-attached py=3.9..
// Three pixels are converted sooner than the lock is handed over.
#include <Python.h>

typedef void *cmsHTRANSFORM;
extern void cmsDoTransform(cmsHTRANSFORM transform, const void *from, void *to, unsigned pixels);

PyObject *primaries(PyObject *self, PyObject *capsule)
{
    double in[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, out[3][3];
    cmsHTRANSFORM transform = PyCapsule_GetPointer(capsule, "transform");
    if (!transform)
        return NULL;
    cmsDoTransform(transform, in, out, 3); // ok: gilray-blocking-call-attached
    return PyFloat_FromDouble(out[0][0]);
}

static PyMethodDef methods[] = {{"primaries", primaries, METH_O, NULL}, {NULL, NULL, 0, NULL}};

PyMethodDef *colour_methods(void) { return methods; }
