// corpus: check=gilray-unattached-callback py=3.11.. needs=numpy flags="-DNPY_NO_DEPRECATED_API=NPY_1_20_API_VERSION"
// NumPy runs ufunc loops detached unless they are registered for objects.
#include <Python.h>
#include <numpy/ndarraytypes.h>
#include <numpy/ufuncobject.h>

static void half(char **args, npy_intp const *n, npy_intp const *steps, void *data)
{
    for (npy_intp i = 0; i < *n; i++) {
        double value = *(double *)(args[0] + i * steps[0]);
        if (value < 0)
            PyErr_SetString(PyExc_ValueError, "negative"); // expect: gilray-unattached-callback
        *(double *)(args[1] + i * steps[1]) = value / 2;
    }
}

static void third(char **args, npy_intp const *n, npy_intp const *steps, void *data)
{
    for (npy_intp i = 0; i < *n; i++)
        *(double *)(args[1] + i * steps[1]) = *(double *)(args[0] + i * steps[0]) / 3; // ok: gilray-unattached-callback
}

static PyUFuncGenericFunction half_loops[] = {half}, third_loops[] = {third};
static const char types[] = {NPY_DOUBLE, NPY_DOUBLE};
static void *no_data[] = {NULL};

PyObject *make_half(PyObject *self, PyObject *args)
{
    return PyUFunc_FromFuncAndData(half_loops, no_data, types, 1, 1, 1, PyUFunc_None, "half", NULL, 0);
}

PyObject *make_third(PyObject *self, PyObject *args)
{
    return PyUFunc_FromFuncAndData(third_loops, no_data, types, 1, 1, 1, PyUFunc_None, "third", NULL, 0);
}
