// corpus: check=gilray-unattached-callback py=3.11.. needs=numpy flags="-DNPY_NO_DEPRECATED_API=NPY_1_20_API_VERSION"
// Loops on objects run attached.
#include <Python.h>
#include <numpy/ndarraytypes.h>
#include <numpy/ufuncobject.h>

static void negate(char **args, npy_intp const *n, npy_intp const *steps, void *data)
{
    for (npy_intp i = 0; i < *n; i++)
        *(PyObject **)(args[1] + i * steps[1]) =
            PyNumber_Negative(*(PyObject **)(args[0] + i * steps[0])); // ok: gilray-unattached-callback  NPY_OBJECT
}

static PyUFuncGenericFunction loops[] = {negate};
static const char types[] = {NPY_OBJECT, NPY_OBJECT};
static void *no_data[] = {NULL};

PyObject *make(PyObject *self, PyObject *args)
{
    return PyUFunc_FromFuncAndData(loops, no_data, types, 1, 1, 1, PyUFunc_None, "negate", NULL, 0);
}
