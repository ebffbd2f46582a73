// corpus: check=gilray-unattached-callback py=3.11.. needs=numpy flags="-DNPY_NO_DEPRECATED_API=NPY_1_20_API_VERSION"
// Array methods whose spec and slots are local variables, as NumPy itself has them.
#include <Python.h>
#define NPY_TARGET_VERSION NPY_2_0_API_VERSION
#include <numpy/ndarrayobject.h>
#include <numpy/ufuncobject.h>
#include <numpy/dtype_api.h>

static PyObject *log_to;

static int plain_loop(PyArrayMethod_Context *context, char *const data[], const npy_intp dimensions[],
                      const npy_intp strides[], NpyAuxData *aux)
{
    PyErr_SetString(PyExc_ValueError, "bad value"); // expect: gilray-unattached-callback "loop that NumPy runs"
    return -1;
}

static int object_loop(PyArrayMethod_Context *context, char *const data[], const npy_intp dimensions[],
                       const npy_intp strides[], NpyAuxData *aux)
{
    PyErr_SetString(PyExc_ValueError, "bad value"); // ok: gilray-unattached-callback  NPY_METH_REQUIRES_PYAPI
    return -1;
}

int add_plain(PyArray_DTypeMeta **dtypes)
{
    PyType_Slot slots[] = {{NPY_METH_strided_loop, (void *)plain_loop}, {0, NULL}};
    PyArrayMethod_Spec spec = {
        .name = "plain", .nin = 1, .nout = 1, .flags = NPY_METH_NO_FLOATINGPOINT_ERRORS, .dtypes = dtypes, .slots = slots};
    return PyUFunc_AddLoopFromSpec(log_to, &spec);
}

int add_object(PyArray_DTypeMeta **dtypes)
{
    PyType_Slot slots[] = {{NPY_METH_strided_loop, (void *)object_loop}, {0, NULL}};
    PyArrayMethod_Spec spec = {
        .name = "object", .nin = 1, .nout = 1, .flags = NPY_METH_REQUIRES_PYAPI, .dtypes = dtypes, .slots = slots};
    return PyUFunc_AddLoopFromSpec(log_to, &spec);
}
