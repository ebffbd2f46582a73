// corpus: check=* py=3.11.. needs=numpy flags="-DNPY_NO_DEPRECATED_API=NPY_1_20_API_VERSION"
// The same question about the array's type decides about releasing and about attaching again.
#include <Python.h>
#include <numpy/arrayobject.h>

extern void kernel(void *from, void *to);

PyObject *apply(PyArrayObject *array, PyArrayIterObject *from, PyArrayIterObject *to)
{
    NPY_BEGIN_THREADS_DEF;
    NPY_BEGIN_THREADS_DESCR(PyArray_DESCR(array));
    while (from->index < from->size) {
        kernel(from->dataptr, to->dataptr);
        PyArray_ITER_NEXT(from);
    }
    NPY_END_THREADS_DESCR(PyArray_DESCR(array));
    Py_DECREF(from); // ok: gilray-detached-api-call
    Py_RETURN_NONE;  // ok: gilray-region-escape
}
